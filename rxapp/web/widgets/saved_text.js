// One text that is typed in the browser and saved on the server. Pure: no page, no network, no clock.
//
// `was` is the server's text at the revision `base`; `text` is the text in the field. There is one
// request at a time. If its answer is lost, it is sent again unchanged, so that the server can tell a
// repeat from a second change; text typed since then is sent afterwards.

export function cleaned(text, single) {
  const plain = text.replaceAll("\0", "").replaceAll("\r\n", "\n");
  return single ? plain.split(/\s+/u).filter(Boolean).join(" ") : plain;
}

export function withAdded(text, added) {
  if (!text || !added) return text || added;
  return text.endsWith("\n") || added.startsWith("\n") ? text + added : `${text}\n${added}`;
}

export class SavedText {
  constructor({ text = "", revision = 0, single = false } = {}) {
    this.single = single;
    this.text = text;
    this.was = text;
    this.base = revision;
    this.sent = null; // the request without an answer so far
    this.theirs = null; // somebody else's text, if a person has to choose
    this.heard = null; // the server's text that arrived while something was being typed
    this.why = ""; // why the server refused the text
  }

  get isDirty() {
    return this.sent !== null || cleaned(this.text, this.single) !== this.was;
  }

  type(text) {
    this.text = text;
    this.why = "";
    this.#hearAgain();
  }

  // Returns the request to send now, or null if nothing has changed or a person has to choose.
  next() {
    if (!this.isDirty || this.theirs || this.why) return null;
    this.sent ??= { text: cleaned(this.text, this.single), was: this.was, base: this.base };
    return this.sent;
  }

  // Takes the answer to the request from `next`; without an answer, the request will be sent again.
  take(answer) {
    const { sent } = this;
    if (sent === null || answer.kind === "unreachable") return;
    this.sent = null;
    if (answer.kind === "saved") this.#saved(sent.text, answer);
    else if (answer.kind === "changed") this.theirs = { text: answer.text, revision: answer.revision };
    else this.why = answer.why;
    this.#hearAgain();
  }

  #saved(sent, { text, revision }) {
    const rest = this.text.startsWith(sent) ? this.text.slice(sent.length) : null;
    if (text !== sent && cleaned(this.text, this.single) !== sent && rest === null) {
      this.was = sent; // merged, but edited in the middle meanwhile: based on what was sent
      return;
    }
    if (text !== sent) this.text = text + (rest ?? "");
    this.was = text;
    this.base = revision;
  }

  // Takes the server's current text, which is shown unless something is being typed.
  hear({ text, revision }) {
    if (revision <= this.base) return;
    if (this.theirs) {
      if (revision > this.theirs.revision) this.theirs = { text, revision };
    } else if (this.isDirty) {
      this.heard = { text, revision };
    } else {
      this.text = this.was = text;
      this.base = revision;
    }
  }

  #hearAgain() {
    const { heard } = this;
    if (!heard || this.isDirty) return;
    this.heard = null;
    this.hear(heard);
  }

  // Takes a person's choice: "mine", "theirs" or "both". It overwrites only what they were shown.
  choose(which) {
    if (!this.theirs) return;
    const { text, revision } = this.theirs;
    this.theirs = null;
    this.was = text;
    this.base = revision;
    if (which === "theirs") this.text = text;
    if (which === "both") this.text = this.single ? `${text} / ${this.text}` : withAdded(text, this.text);
  }

  toKeep() {
    return { text: this.text, was: this.was, base: this.base, sent: this.sent };
  }

  // Continues from what a browser kept; call `hear` with the page's text afterwards.
  static from(kept, single) {
    const found = new SavedText({ text: kept.was, revision: kept.base, single });
    found.text = kept.text;
    found.sent = kept.sent ?? null;
    return found;
  }
}
