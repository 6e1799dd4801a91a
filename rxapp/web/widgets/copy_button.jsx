// Copies a text and says that it did.
import { useEffect, useState } from "react";

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.appendChild(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

export function CopyButton({ text, label = "Copy", className = "btn", hotkey }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const onClick = () =>
    copy(text).then(
      () => setSaid("Copied"),
      () => setSaid("Copy by hand"),
    );
  return (
    <button type="button" className={className} onClick={onClick} data-hotkey={hotkey}>
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}
