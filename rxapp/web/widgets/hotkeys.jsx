// Keys press elements of the page: [data-hotkey="x"] is clicked, or focused if it takes text.
// A key without a meaning sends nothing to the server.
import { useLayoutEffect } from "react";

const TEXT = "input, textarea, select, [contenteditable='true']";

function onKeyDown(event) {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = document.activeElement;
  if (focused?.matches?.(TEXT)) {
    if (event.key === "Escape") focused.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const key = CSS.escape(event.key.toLowerCase());
  const target = document.querySelector(`[data-hotkey="${key}"]:not([disabled])`);
  if (!target) return;
  event.preventDefault();
  if (target.matches(TEXT)) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
}

export function Hotkeys() {
  // Before the page is painted: whoever sees it may press a key.
  useLayoutEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return null;
}
