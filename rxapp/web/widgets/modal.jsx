// A native dialog: the browser keeps the focus inside and Escape closes it. Without `opener` the
// page says when it is open; with it, the dialog has its own button and opens by itself.
import { useEffect, useRef, useState } from "react";

export function Modal({ open, onClose, opener, openerClass = "btn", hotkey, title, children, wide = false }) {
  const dialog = useRef(null);
  const [openedHere, setOpenedHere] = useState(false);
  const isOpen = opener ? openedHere : Boolean(open);
  const close = () => (opener ? setOpenedHere(false) : onClose?.());

  useEffect(() => {
    const element = dialog.current;
    if (isOpen && !element.open) {
      element.showModal();
      element.querySelector(".modal-body input, .modal-body textarea")?.focus();
    }
    if (!isOpen && element.open) element.close();
  }, [isOpen]);

  const onCancel = (event) => {
    event.preventDefault();
    close();
  };
  return (
    <>
      {opener ? (
        <button type="button" className={openerClass} data-hotkey={hotkey} onClick={() => setOpenedHere(true)}>
          {opener}
        </button>
      ) : null}
      <dialog ref={dialog} className={wide ? "modal modal-wide" : "modal"} onCancel={onCancel} aria-label={title}>
        <header className="modal-head">
          <h2>{title}</h2>
          <button type="button" className="btn btn-quiet btn-icon" onClick={close} aria-label="Close">
            ✕
          </button>
        </header>
        {isOpen ? <div className="modal-body">{children}</div> : null}
      </dialog>
    </>
  );
}
