// The desks of this tab, one for each person and tree. They stay when the editor is left, so that its
// changes are still sent.
import { DraftDesk } from "./draft_desk.js";
import { draftOf } from "./draft_model.js";
import { net } from "./draft_net.js";
import { DraftStore } from "./draft_store.js";
import { ASK_TABS_MS } from "./left_behind.js";
import { unsent } from "./unsent.js";

const desks = new Map();

const reading = {
  ...net,
  async read(tree) {
    const answer = await net.read(tree);
    if (answer.kind === "done") answer.body = { draft: draftOf(answer.body), revision: answer.body.revision };
    return answer;
  },
};

export function deskOf(person, tree) {
  const id = `${person}|${tree}`;
  if (!desks.has(id)) {
    const store = new DraftStore(person, tree);
    const desk = new DraftDesk({ tree, person, client: store.tab, net: reading, store });
    desks.set(id, desk);
    desk.subscribe(() => unsent.say(desk));
    setTimeout(() => desk.open(), ASK_TABS_MS);
  }
  return desks.get(id);
}

function unsaved() {
  return [...desks.values()].filter((desk) => desk.queue.length);
}

const sendAll = () => unsaved().forEach((desk) => desk.later(0));

window.addEventListener("pagehide", () => unsaved().forEach((desk) => desk.goodbye()));
window.addEventListener("online", sendAll);
document.addEventListener("visibilitychange", () => document.hidden && sendAll());
window.addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});
