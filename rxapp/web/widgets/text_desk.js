// The desk: every text that is being typed in this tab, until the server has it.
//
// Unsaved text is kept in the browser, by person and text: nobody else who signs in here sees it, and
// it is never saved in somebody else's name. It survives a reload, a closed tab, an unreachable server
// and signing out, and is deleted once it is saved, or thirty days after it was typed.
import { SavedText } from "./saved_text.js";
import { KEEP_MS, box, newName, put } from "./text_store.js";

const PAUSE_MS = 500;
const RETRY_MS = 4000;
const FLUSH_MS = 5000;
const BEAT_MS = 5000;
const ORPHAN_MS = 90000; // a tab in the background may be slowed down to one beat a minute

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

  // Continues with text that a closed page left behind; this page's own is heard afterwards.
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

  // Sends the typed text, one request at a time; resolves when the answer has come.
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

  // Moves the focus to the field that needs attention.
  show() {
    document.querySelector(`[data-text-key="${CSS.escape(this.key)}"]`)?.focus();
  }

  // Sends until the server has everything, cannot be reached, or a person has to choose.
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
  hasSaved = new Set(); // the texts saved from this page: their fields keep saying so

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

  // Closes a text that no field shows and the server has; one left behind beside it comes next.
  leave(entry) {
    const id = `${entry.owner}|${entry.key}`;
    if (entry.shown || entry.saved.isDirty || entry.saved.theirs) return;
    if (this.entries.get(id) === entry) this.entries.delete(id);
  }

  // Takes text that was left behind: by this tab before a reload, or by a closed tab.
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

  // Saves what closed tabs left behind, whatever page the person is on now; if the same text is being
  // typed here, it waits until that is saved.
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

  // Resolves to the entry that needs attention first, or null once everything was saved or tried.
  async flush() {
    const all = Promise.all(this.unsaved().map((each) => each.flush()));
    await Promise.race([all, new Promise((done) => setTimeout(done, FLUSH_MS))]);
    return this.blocked();
  }

  // Saves a text that can no longer be saved in its place as a note of its writer; returns why not.
  async addToNotes(entry) {
    const [, session] = entry.key.split(":");
    const request = { text: entry.saved.text, base: 0, was: "" };
    const answer = await put(entry.owner, `note:${session}`, request);
    if (answer.kind === "saved") entry.drop();
    else return answer.why ?? "The server cannot be reached. Try again in a moment.";
    return null;
  }

  // A form was accepted: forgets what was kept for its fields, but only in that very state.
  formTaken(draft) {
    for (const place of draft ? box.keys(`${this.owner}|form:`) : []) {
      if (box.get(place)?.draft === draft) box.drop(place);
    }
  }

  blocked() {
    return this.unsaved().find((each) => each.shown && each.needsPerson) ?? null;
  }

  // The tab closes: unsaved text is sent once more, and marked so that another tab takes it over.
  goodbye() {
    this.isLeaving = true;
    for (const entry of this.unsaved()) {
      entry.save({ last: true });
      entry.keep();
    }
  }

  // The page returns from the browser's cache. Text that another tab took over belongs to that tab.
  comeBack() {
    for (const entry of this.unsaved()) {
      if (entry.isKept && box.get(entry.place) === null) entry.drop();
    }
    this.saveAll();
  }

  // The tab is back, or the server is reachable again.
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
