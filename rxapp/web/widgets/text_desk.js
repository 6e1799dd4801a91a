// The desk: every text that is being typed in this tab, until the server has it.
//
// What is not saved yet is kept in the browser, under the person and the text: nobody else who signs
// in here is shown it, and it is saved as nobody else's. It survives a reload, a closed tab, a server
// that is away and signing out, and goes once it is saved, or thirty days after it was typed.
import { SavedText } from "./saved_text.js";
import { box, newName, put } from "./text_store.js";

const PAUSE_MS = 500;
const RETRY_MS = 4000;
const FLUSH_MS = 5000;
const BEAT_MS = 5000;
const ORPHAN_MS = 90000; // a tab in the background may be slowed down to one beat a minute
const KEEP_MS = 30 * 24 * 3600 * 1000;

class Entry {
  constructor(desk, key, saved, limit) {
    Object.assign(this, { desk, key, saved, limit, owner: desk.owner });
    this.shown = 0; // how many fields show it
    this.hasSaved = desk.hasSaved.has(`${this.owner}|${key}`);
    this.isAway = false;
    this.isKept = true;
    this.typedAt = Date.now();
    this.busy = null;
    this.timer = null;
    this.listeners = new Set();
    this.update();
  }

  get place() {
    return `${this.owner}|${this.key}|${this.desk.tab}`;
  }

  get over() {
    return this.limit ? Math.max(0, [...this.saved.text].length - this.limit) : 0;
  }

  get needsPerson() {
    return this.saved.theirs !== null || (this.saved.isDirty && (this.over > 0 || this.saved.why !== ""));
  }

  get status() {
    if (this.saved.theirs) return "asks";
    if (!this.saved.isDirty) return this.hasSaved ? "saved" : "untouched";
    if (this.over) return "long";
    if (this.saved.why) return "refused";
    if (!this.isKept) return "unkept";
    return this.isAway ? "kept" : "saving";
  }

  update() {
    this.view = {
      text: this.saved.text,
      status: this.status,
      theirs: this.saved.theirs,
      why: this.saved.why,
      isKept: this.isKept,
    };
    for (const listener of this.listeners) listener();
  }

  keep() {
    const left = this.desk.isLeaving;
    if (!this.saved.isDirty && !this.saved.theirs) box.drop(this.place);
    else this.isKept = box.put(this.place, { ...this.saved.toKeep(), left, typedAt: this.typedAt });
  }

  // Goes on with what a page left behind that is gone; what this one knew is heard after it.
  takeUp(kept) {
    const { was, base } = this.saved;
    this.saved = SavedText.from(kept, this.saved.single);
    this.typedAt = kept.typedAt ?? kept.at;
    this.keep();
    this.hear({ text: was, revision: base });
    this.later(0);
  }

  type(text) {
    this.typedAt = Date.now();
    this.saved.type(text);
    this.keep();
    this.update();
    this.later(PAUSE_MS);
  }

  hear(heard) {
    this.saved.hear(heard);
    this.update();
  }

  choose(which) {
    this.saved.choose(which);
    this.keep();
    this.update();
    return this.save();
  }

  drop() {
    const { was, base, single, heard } = this.saved;
    this.saved = new SavedText({ text: was, revision: base, single });
    if (heard) this.saved.hear(heard);
    this.keep();
    this.update();
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  // Sends what is typed. One request at a time; returns when its answer has come.
  save(options) {
    this.busy ??= this.#save(options).finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  async #save(options) {
    clearTimeout(this.timer);
    const request = this.over ? this.saved.sent : this.saved.next();
    if (request === null) {
      this.update();
      return;
    }
    this.keep();
    const answer = await put(this.owner, this.key, request, options);
    this.isAway = answer.kind === "unreachable";
    if (answer.kind === "saved") {
      this.hasSaved = true;
      this.desk.hasSaved.add(`${this.owner}|${this.key}`);
    }
    this.saved.take(answer);
    if (this.saved.theirs && !this.shown && !this.saved.single) this.saved.choose("both");
    this.keep();
    this.update();
    if (this.saved.isDirty && !this.needsPerson) this.later(this.isAway ? RETRY_MS : PAUSE_MS);
    else this.desk.leave(this);
  }

  // Brings the field to the one who has to look at it.
  show() {
    document.querySelector(`[data-text-key="${CSS.escape(this.key)}"]`)?.focus();
  }

  // Sends until the server has it all, or cannot be reached, or a person has to choose.
  async flush() {
    do await this.save();
    while (this.saved.isDirty && !this.needsPerson && !this.isAway);
  }
}

class Desk {
  owner = "";
  tab = newName();
  entries = new Map();
  isLeaving = false;
  owners = new Set();
  hasSaved = new Set(); // which texts were saved from this page: it goes on saying so

  open(owner) {
    if (!owner || owner === this.owner) return;
    this.owner = owner;
    tidy();
    this.sendOrphans();
    clearInterval(this.beat);
    this.beat = setInterval(() => {
      for (const entry of this.unsaved()) entry.keep();
      this.sendOrphans();
    }, BEAT_MS);
    for (const listener of this.owners) listener();
  }

  entry(key, { value, revision, single, limit }) {
    const id = `${this.owner}|${key}`;
    let found = this.entries.get(id);
    if (!found) {
      found = new Entry(this, key, new SavedText({ text: value, revision, single }), limit);
      this.entries.set(id, found);
      this.takeOrphan(found);
    }
    found.limit = limit;
    return found;
  }

  // Closes what no field shows and the server has; what was left behind beside it comes next.
  leave(entry) {
    const id = `${entry.owner}|${entry.key}`;
    if (entry.shown || entry.saved.isDirty || entry.saved.theirs) return;
    if (this.entries.get(id) === entry) this.entries.delete(id);
  }

  // Takes what a page left behind that is gone: this tab's before its reload, or a closed tab's.
  takeOrphan(entry) {
    for (const place of box.keys(`${entry.owner}|${entry.key}|`)) {
      const kept = box.get(place);
      if (!kept || !this.isOrphan(place, kept)) continue;
      box.drop(place);
      entry.takeUp(kept);
      return;
    }
  }

  isOrphan(place, kept) {
    if (place.endsWith(`|${this.tab}`)) return false;
    return kept.left === true || Date.now() - kept.at > ORPHAN_MS;
  }

  // Saves what closed tabs left behind, on whatever page the person is now: beside a text that is
  // being typed it waits until that is saved.
  sendOrphans() {
    for (const place of box.keys(`${this.owner}|`)) {
      const [, key, tab] = place.split("|");
      const kept = box.get(place);
      if (tab === undefined || !kept || !this.isOrphan(place, kept)) continue;
      const open = this.entries.get(`${this.owner}|${key}`);
      if (open) {
        if (!open.saved.isDirty && !open.saved.theirs) this.takeOrphan(open);
        continue;
      }
      const single = !key.startsWith("note:") && !key.startsWith("scratchpad:");
      this.entry(key, { value: kept.was, revision: kept.base, single });
    }
  }

  unsaved() {
    return [...this.entries.values()].filter((each) => each.saved.isDirty || each.saved.theirs);
  }

  // Returns what a person has to look at first, or null once everything is saved or was tried.
  async flush() {
    const all = Promise.all(this.unsaved().map((each) => each.flush()));
    await Promise.race([all, new Promise((done) => setTimeout(done, FLUSH_MS))]);
    return this.blocked();
  }

  // Saves a text that has no place any more as a note of its writer; returns why not, if not.
  async addToNotes(entry) {
    const [, session] = entry.key.split(":");
    const request = { text: entry.saved.text, base: 0, was: "" };
    const answer = await put(entry.owner, `note:${session}`, request);
    if (answer.kind === "saved") entry.drop();
    else return answer.why ?? "The server cannot be reached. Try again in a moment.";
    return null;
  }

  // A form was taken: what its fields were kept for is done, and only that very state of them.
  formTaken(draft) {
    for (const place of draft ? box.keys(`${this.owner}|form:`) : []) {
      if (box.get(place)?.draft === draft) box.drop(place);
    }
  }

  blocked() {
    return this.unsaved().find((each) => each.shown && each.needsPerson) ?? null;
  }

  // The tab goes: what is not saved is sent once more, and marked so that another tab takes it up.
  goodbye() {
    this.isLeaving = true;
    for (const entry of this.unsaved()) {
      entry.save({ last: true });
      entry.keep();
    }
  }

  // The page comes out of the browser's memory. What another one took up meanwhile is that one's.
  comeBack() {
    for (const entry of this.unsaved()) {
      if (entry.isKept && box.get(entry.place) === null) entry.drop();
    }
    this.saveAll();
  }

  // The tab is here again, or can be reached again.
  saveAll() {
    this.isLeaving = false;
    for (const entry of this.unsaved()) entry.save();
    this.sendOrphans();
  }
}

function tidy() {
  for (const key of box.keys("")) {
    const kept = box.get(key);
    if (!kept || Date.now() - (kept.typedAt ?? kept.at) > KEEP_MS) box.drop(key);
  }
}

export const desk = new Desk();
