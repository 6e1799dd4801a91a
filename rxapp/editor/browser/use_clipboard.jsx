// Copies, cuts and pastes steps through the browser's clipboard, also between trees.
import { useEffect, useRef } from "react";
import { clipOf, paste, remove } from "./acts.js";
import { useEditor } from "./use_editor.jsx";
import { steps } from "./words.js";

// `isHere()` says whether the focus is in the list of steps, `keys(withBranch)` which steps to copy, and
// `after()` which step to choose once they are cut.
export function useClipboard({ isHere, keys, after }) {
  const { desk, draft, choose, say, listLeft } = useEditor();
  const branchKey = useRef("");
  useEffect(() => {
    const copy = (event, isCut) => {
      const chosen = isHere() ? keys(branchKey.current !== "") : [];
      if (!chosen.length) return undefined;
      event.preventDefault();
      event.clipboardData.setData("text/plain", clipOf(draft, chosen));
      if (!isCut) return say(`Copied ${steps(chosen.length)}.`);
      const changes = remove(draft, chosen);
      if (!changes) return say("A tree needs at least one step.");
      const next = after();
      desk.act(changes, "Cut");
      choose(next);
      return say(`Cut ${steps(chosen.length)}. Press Ctrl+V to paste.`);
    };
    const onPaste = (event) => {
      if (!isHere()) return undefined;
      const pasted = paste(draft, event.clipboardData.getData("text/plain"));
      if (!pasted) return say("There are no steps in the clipboard.");
      event.preventDefault();
      desk.act(pasted.changes, "Paste");
      choose(pasted.keys[0]);
      listLeft(pasted.left);
      return say(`Pasted ${steps(pasted.keys.length)}.`);
    };
    const listeners = {
      copy: (event) => copy(event, branchKey.current === "x"),
      cut: (event) => copy(event, true),
      paste: onPaste,
      // Browsers fire no copy event for Ctrl, Shift and C, so this asks for one.
      keydown: (event) => {
        const key = event.key.toLowerCase();
        const isBranch = event.shiftKey && (event.ctrlKey || event.metaKey) && (key === "c" || key === "x");
        if (!isBranch || !isHere()) return;
        event.preventDefault();
        branchKey.current = key;
        document.execCommand("copy");
        branchKey.current = "";
      },
      beforecopy: (event) => branchKey.current && event.preventDefault(),
    };
    const all = Object.entries(listeners);
    all.forEach(([name, listener]) => document.addEventListener(name, listener));
    return () => all.forEach(([name, listener]) => document.removeEventListener(name, listener));
  });
}
