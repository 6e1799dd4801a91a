// The trial of a draft in the browser: it remembers what was seen, asks again for a step that was changed,
// and says what the editor has not saved yet. It loads nothing of the editor.
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { box } from "./left_behind.js";
import { see } from "./seen.js";

const LOOK_MS = 1000;

// How many changes of the person to the draft wait in this browser; those just typed do not count yet.
function useWaiting(person, tree) {
  const [waiting, setWaiting] = useState(0);
  useEffect(() => {
    let before = 0;
    const look = () => {
      const kept = box.keys(`${person}|${tree}|`).map((place) => box.get(place)?.entries?.length ?? 0);
      const now = kept.reduce((sum, each) => sum + each, 0);
      setWaiting(Math.min(before, now));
      before = now;
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [person, tree]);
  return waiting;
}

export function Trial({ tree, person, step, answer, revision, newest, onOld }) {
  const waiting = useWaiting(person, tree);
  useEffect(() => {
    if (person && step) see(person, tree, step, answer);
  }, [person, tree, step, answer]);
  useEffect(() => {
    if (newest > revision) onOld(tree);
  }, [newest, revision]);
  return (
    <div role="status">
      {waiting > 0 && (
        <p className="banner banner-warn page-banner">
          {waiting === 1 ? "1 change is not saved yet. This trial does not have it." : `${waiting} changes are not saved yet. This trial does not have them.`}{" "}
          Look at the editor.
        </p>
      )}
    </div>
  );
}

// The editor that opened this tab, if it is still there and shows the page at `path`.
function openEditor(path) {
  try {
    const { opener } = window;
    return opener && !opener.closed && opener.location.pathname.replace(/\/$/u, "") === path ? opener : null;
  } catch {
    return null; // it shows another site by now
  }
}

// A link to a step in the editor. If this tab was opened from there, that tab shows the step, and what
// can be undone in it stays.
export function EditorLink({ to = "", className, children }) {
  const onClick = (event) => {
    const [path, query] = to.split("?");
    const editor = openEditor(path);
    if (!editor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    editor.postMessage({ openStep: new URLSearchParams(query).get("step") ?? "" }, window.location.origin);
    window.open("", editor.name); // brings the tab of that name to the front
  };
  return (
    <Link to={to} className={className} onClick={onClick}>
      {children}
    </Link>
  );
}
