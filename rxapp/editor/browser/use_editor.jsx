// The draft's desk for the page, and what the parts of the page share.
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from "react";
import { useConnection } from "../../web/widgets/connection.jsx";
import { deskOf } from "./draft_desks.js";
import { checkWith } from "./limits.js";
import { sameShape } from "../../trees/browser/shape.js";

export function useDesk(person, tree, limits, revision) {
  const desk = deskOf(person, tree);
  desk.check = checkWith(limits);
  const snapshot = useSyncExternalStore(desk.subscribe, () => desk.snapshot);
  const { life, state } = useConnection();
  useEffect(() => desk.hear(revision), [desk, revision]);
  useEffect(() => {
    if (state === "online") desk.later(0);
  }, [life, state]);
  return { desk, snapshot };
}

// The draft when its shape last changed. What depends only on the shape need not be computed again for every
// key that somebody types.
export function useShape(draft) {
  const shape = useRef(draft);
  if (!sameShape(shape.current, draft)) shape.current = draft;
  return shape.current;
}

export const Editor = createContext(null);

// {desk, draft, limits, chosen, choose, say, incoming, findings, ...}
export const useEditor = () => useContext(Editor);
