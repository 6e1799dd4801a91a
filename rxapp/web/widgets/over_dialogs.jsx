// While a dialog is open, the rest of the page is covered and takes neither clicks nor keys. Messages
// that must be seen are therefore drawn inside the open dialog.
import { useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { dialogs } from "./dialogs.js";

export function useOpenDialog() {
  return useSyncExternalStore(
    dialogs.subscribe,
    () => dialogs.element,
    () => null,
  );
}

export function over(dialog, part) {
  return dialog ? createPortal(part, dialog) : part;
}
