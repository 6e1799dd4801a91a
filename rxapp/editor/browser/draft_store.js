// Where a tab keeps the operations that the server has not confirmed: the browser's storage, under the
// person, the tree and the tab, so that nobody else who signs in here sends them.
import { newName, storage } from "../../web/widgets/text_store.js";

const BEAT_MS = 5000;
const ORPHAN_MS = 90000; // a tab in the background may be slowed down to one beat a minute
const box = storage("rf-draft:");

// Tabs say on this channel that they live, so that what a crashed one left is taken up at once.
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("rf-draft");

export class DraftStore {
  constructor(person, tree) {
    this.start = `${person}|${tree}|`;
    this.tab = newName();
    this.alive = new Set();
    this.hasKept = false;
    channel?.addEventListener("message", this.#hear);
    channel?.postMessage({ ask: this.start });
    this.beat = setInterval(() => this.hasKept && this.put(this.entries), BEAT_MS);
  }

  #hear = ({ data }) => {
    if (data.ask === this.start) channel.postMessage({ lives: this.start + this.tab });
    if (data.lives) this.alive.add(data.lives);
  };

  close() {
    channel?.removeEventListener("message", this.#hear);
    clearInterval(this.beat);
  }

  // Returns whether the browser took it: it may be full, or keep nothing at all.
  put(entries, left = false) {
    this.entries = entries;
    this.hasKept = entries.length > 0;
    if (this.hasKept) return box.put(this.start + this.tab, { entries, left });
    box.drop(this.start + this.tab);
    return true;
  }

  // Takes what tabs left behind that are gone.
  takeOrphans() {
    const found = [];
    for (const place of box.keys(this.start)) {
      const kept = box.get(place);
      if (place === this.start + this.tab || !kept) continue;
      const isSilent = channel ? !this.alive.has(place) : Date.now() - kept.at > ORPHAN_MS;
      if (!kept.left && !isSilent) continue;
      found.push(kept);
      box.drop(place);
    }
    return found.sort((a, b) => a.at - b.at).flatMap((kept) => kept.entries);
  }
}
