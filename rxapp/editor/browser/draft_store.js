// A tab's place in the browser's storage for the operations that the server has not confirmed. It is named
// after the person, the tree and the tab, so that nobody else who signs in here sends them.
import { newName } from "../../web/widgets/text_store.js";
import { askTabs, box, claim, orphan } from "./left_behind.js";

const BEAT_MS = 5000;

export class DraftStore {
  constructor(person, tree) {
    this.start = `${person}|${tree}|`;
    this.tab = newName();
    this.place = this.start + this.tab;
    this.kept = null;
    claim(this.place);
    askTabs(this.start);
    setInterval(() => this.kept && box.put(this.place, this.kept), BEAT_MS);
  }

  // Returns false if the browser cannot keep it, for example because its storage is full. With `left`, any
  // other tab may take it over.
  put({ entries, title, left = false }) {
    this.kept = entries.length ? { entries, title, left } : null;
    if (this.kept) return box.put(this.place, this.kept);
    box.drop(this.place);
    return true;
  }

  // Takes over what closed tabs have left: a list of {entries, title}, oldest first.
  takeOrphans() {
    const found = [];
    for (const place of box.keys(this.start)) {
      const kept = orphan(place);
      if (!kept) continue;
      found.push(kept);
      box.drop(place);
    }
    return found.sort((a, b) => a.at - b.at);
  }
}
