// The trial of a draft in the browser: it remembers what was seen, asks again for a step that was changed,
// and says what the editor has not saved yet. It loads nothing of the editor.
import { useEffect, useState } from "react";
import { storage } from "../../web/widgets/text_store.js";
import { see } from "./seen.js";

const LOOK_MS = 1000;
const unsent = storage("rf-draft:"); // where draft_store.js keeps it

// How many changes of the person to the draft wait in this browser; those just typed do not count yet.
function useWaiting(person, tree) {
  const [waiting, setWaiting] = useState(0);
  useEffect(() => {
    let before = 0;
    const look = () => {
      const kept = unsent.keys(`${person}|${tree}|`).map((place) => unsent.get(place)?.entries?.length ?? 0);
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
