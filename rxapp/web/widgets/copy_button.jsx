// Copies a text and says that it did.
import { useEffect, useState } from "react";

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages over plain http have no clipboard, and a policy may refuse it.
    copySelected(text, button);
  }
}

function copySelected(text, button) {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.setAttribute("aria-hidden", "true");
  area.style.position = "fixed";
  area.style.opacity = "0";
  // Beside the button, because nothing outside an open dialog can be selected.
  button.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  button.focus({ preventScroll: true });
  if (!done) throw new Error("copy refused");
}

export function CopyButton({ text, label = "Copy", subject = "", className = "btn", hotkey }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const onClick = (event) =>
    copy(text, event.currentTarget).then(
      () => setSaid("Copied"),
      () => setSaid("Copy by hand"),
    );
  return (
    <button type="button" className={className} onClick={onClick} data-hotkey={hotkey}>
      <span aria-live="polite">{said || label}</span>
      {subject && <span className="sr-only"> {subject}</span>}
    </button>
  );
}
