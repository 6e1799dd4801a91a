// The desk of a draft for the page: one per person and tree as long as the browser shows this app, so
// that what is not saved goes on being sent after the page is left.
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from "react";
import { useConnection } from "../../web/widgets/connection.jsx";
import { DraftDesk } from "./draft_desk.js";
import { draftOf } from "./draft_model.js";
import { net } from "./draft_net.js";
import { DraftStore } from "./draft_store.js";
import { checkWith } from "./limits.js";
import { sameShape } from "./shape.js";

const ASK_TABS_MS = 300;
const desks = new Map();

const reading = {
  ...net,
  async read(tree) {
    const answer = await net.read(tree);
    if (answer.kind === "done") answer.body = { draft: draftOf(answer.body), revision: answer.body.revision };
    return answer;
  },
};

export function deskOf(person, tree, limits) {
  const id = `${person}|${tree}`;
  if (!desks.has(id)) {
    const store = new DraftStore(person, tree);
    const check = checkWith(limits);
    const desk = new DraftDesk({ tree, person, client: store.tab, net: reading, store, check });
    desks.set(id, desk);
    setTimeout(() => desk.open(), ASK_TABS_MS); // other tabs answer meanwhile that they live
  }
  return desks.get(id);
}

function unsaved() {
  return [...desks.values()].filter((desk) => desk.queue.length);
}

if (typeof window !== "undefined") {
  window.addEventListener("pagehide", () => unsaved().forEach((desk) => desk.goodbye()));
  window.addEventListener("online", () => unsaved().forEach((desk) => desk.later(0)));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) unsaved().forEach((desk) => desk.later(0));
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved().length) event.preventDefault();
  });
}

export function useDesk(person, tree, limits, revision) {
  const desk = deskOf(person, tree, limits);
  const snapshot = useSyncExternalStore(desk.subscribe, () => desk.snapshot);
  const { life, state } = useConnection();
  useEffect(() => desk.hear(revision), [desk, revision]);
  useEffect(() => {
    if (state === "online") desk.later(0);
  }, [life, state]);
  return { desk, snapshot };
}

// The draft as it was when its shape last changed: what depends on the shape alone is not computed again
// for every key typed into a text.
export function useShape(draft) {
  const shape = useRef(draft);
  if (!sameShape(shape.current, draft)) shape.current = draft;
  return shape.current;
}

export const Editor = createContext(null);

// The editor around a part of it: {desk, draft, limits, chosen, choose, say, incoming, findings, ...}.
export const useEditor = () => useContext(Editor);
