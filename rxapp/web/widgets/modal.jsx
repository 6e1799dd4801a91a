// A native dialog: the browser keeps the focus inside, and Escape closes it. It opens and closes
// without the server; data from the server is shown only if it is for this opening.
import { createContext, useContext, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { isReachable, tracked, useConnection } from "./connection.jsx";
import { dialogs } from "./dialogs.js";
import { KeptFields, fill } from "./kept_fields.jsx";
import { desk } from "./text_desk.js";

const FIELDS = ".modal-body :is(input:not([type=hidden]), textarea, select)";
const Opened = createContext({ opening: { id: "", given: {} }, isAnswered: false });
const nothing = () => {};

function useOpening(name) {
  const opening = useSyncExternalStore(
    dialogs.subscribe,
    () => dialogs.opening,
    () => null,
  );
  return opening?.name === name ? opening : null;
}

// Asks the server for the dialog's data: once typed text is saved, and again after every cut.
function useReading(opening, answered, onOpen) {
  const { life } = useConnection();
  const [endedFor, setEnded] = useState("");
  const id = opening?.id;
  useEffect(() => {
    if (!id || !onOpen || !life) return;
    const read = async () => {
      const blocked = desk.unsaved().length ? await desk.flush() : null;
      if (dialogs.opening?.id !== id || !isReachable()) return;
      if (blocked) {
        dialogs.close();
        blocked.show();
        return;
      }
      tracked(
        () => onOpen(id, opening.given),
        (isDone) => isDone && setEnded(id),
      );
    };
    read();
  }, [id, life]);
  useEffect(() => {
    // The server has finished without an answer: it refused, and a notice says why.
    if (endedFor && endedFor === id && answered !== id) dialogs.closeOpening(id);
  }, [endedFor]);
}

export function Modal({ name, title, wide = false, leadsTo, answered = "", onOpen, onForget, children }) {
  const dialog = useRef(null);
  const opening = useOpening(name);
  const id = opening?.id;
  const isAnswered = Boolean(id) && answered === id;
  useReading(opening, answered, onOpen);

  // Before another one opens, so that the focus goes back to where it was before this one.
  useLayoutEffect(() => {
    if (!id && dialog.current.open) dialog.current.close();
  }, [id]);
  useEffect(() => {
    const element = dialog.current;
    if (id && !element.open) {
      element.showModal();
      element.querySelector(FIELDS)?.focus();
    }
    if (!id) return undefined;
    dialogs.drawn(element);
    return () => dialogs.drawn(null);
  }, [id]);
  useEffect(() => dialogs.left, []);
  useEffect(() => {
    if (!isAnswered || !onForget) return undefined;
    return () => isReachable() && tracked(onForget, nothing);
  }, [isAnswered]);

  const onCancel = (event) => {
    event.preventDefault();
    dialogs.close();
  };
  return (
    <dialog
      ref={dialog}
      className={wide ? "modal modal-wide" : "modal"}
      data-dialog={name}
      data-leads-to={leadsTo}
      onCancel={onCancel}
      aria-label={title}
    >
      <header className="modal-head">
        <h2>{title}</h2>
        <button type="button" className="btn btn-quiet btn-icon" data-closes="" aria-label="Close">
          ✕
        </button>
      </header>
      {opening ? (
        <div key={id} className="modal-body">
          <Opened.Provider value={{ opening, isAnswered }}>{children}</Opened.Provider>
        </div>
      ) : null}
    </dialog>
  );
}

// In a dialog: shows the second child once the server has answered this opening, the first before.
export function Answered({ children }) {
  const [before, after] = children;
  return useContext(Opened).isAnswered ? after : before;
}

// In a dialog: a value that its opener gave.
export function Given({ name }) {
  return useContext(Opened).opening.given[name] ?? "";
}

// In a dialog's form: sends the id of this opening and the given values whose names are in `sends`,
// and fills each field with the value given under its name. With `keep`, typed text is kept,
// separately for each value given as `keepFor`.
export function DialogFields({ keep = "", keepFor = "", sends = [] }) {
  const { id, given } = useContext(Opened).opening;
  const own = useRef(null);
  useLayoutEffect(() => fill(own.current.form, given), [id]);
  return (
    <>
      <input ref={own} type="hidden" name="opening" defaultValue={id} />
      {sends.map((name) => (
        <input key={name} type="hidden" name={name} defaultValue={given[name] ?? ""} />
      ))}
      {keep ? <KeptFields keepKey={keepFor ? `${keep}:${given[keepFor] ?? ""}` : keep} /> : null}
    </>
  );
}

// In the shell: lets any element of the page open and close dialogs. `taken` is the opening whose
// form the server accepted last.
export function Dialogs({ taken = "" }) {
  useEffect(() => {
    document.addEventListener("click", dialogs.pressed);
    window.addEventListener("popstate", dialogs.left);
    return () => {
      document.removeEventListener("click", dialogs.pressed);
      window.removeEventListener("popstate", dialogs.left);
    };
  }, []);
  useEffect(() => dialogs.taken(taken), [taken]);
  return null;
}
