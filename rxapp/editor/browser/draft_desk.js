// One tab's changes to a draft, until the server has them.
//
// `base` is the server's draft at `revision`; `queue` holds this tab's operations that the server has not
// confirmed; `view` is the base with the queue applied. The browser keeps the queue for the person and
// the tree, so it survives a reload, a closed tab and an unreachable server. Operations have ids: one
// that is sent twice is applied once.
import { apply, newId, optionOf, same, touched } from "./draft_model.js";

const PAUSE_MS = 500;
const RETRY_MS = 3000;
const BATCH = 200;
const UNDO_LIMIT = 500;

// A name for the field that a change sets, or null if it sets no field.
export function fieldOf(change) {
  if (change.op === "set_field") return `${change.node ?? ""}/${change.field}`;
  if (change.op === "set_option_label") return `${change.node}/${change.option}/label`;
  return null;
}

export class DraftDesk {
  // `store` keeps the queue ({put({entries, title, left}), takeOrphans()}); `check(change)`
  // returns why the server would refuse a value, or an empty text.
  constructor({ tree, person, client, net, store, check = () => "" }) {
    Object.assign(this, { tree, person, client, net, store, check });
    this.title = "";
    this.base = null;
    this.revision = 0;
    this.queue = [];
    this.undoStack = [];
    this.redoStack = [];
    this.inverses = new Map(); // operation id -> the changes that undo it
    this.removed = new Map(); // key of a step that somebody removed -> the changes that restore it
    this.isAway = false;
    this.isSignedOut = false;
    this.isKept = true;
    this.trouble = ""; // why nothing can be saved, for good
    this.wanted = 0; // the newest revision that the page knows of
    this.timer = null;
    this.busy = null;
    this.listeners = new Set();
    this.snapshot = null;
  }

  subscribe = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  // --- reading ---

  async open() {
    const read = await this.net.read(this.tree);
    if (read.kind === "done") this.start(read.body);
    else if (read.kind === "refused") this.#close(read.body.detail ?? "This tree cannot be opened.");
    else this.later(RETRY_MS);
    this.isAway = read.kind === "away";
    this.isSignedOut = read.kind === "signed out";
    this.#tell();
  }

  start({ draft, revision }) {
    this.base = draft;
    this.revision = revision;
    this.#takeUp();
    this.#keep();
    this.#recompute();
    if (this.queue.length) this.later(0);
  }

  // Nothing can be saved, for good. The changes of closed tabs are taken over all the same, to be shown.
  #close(why) {
    this.trouble = why;
    this.#takeUp();
    this.#keep();
  }

  #takeUp() {
    const left = this.store.takeOrphans();
    this.title ||= left.at(-1)?.title ?? "";
    this.queue = [...left.flatMap((kept) => kept.entries), ...this.queue];
  }

  hear(revision) {
    this.wanted = Math.max(this.wanted, revision);
    if (this.base && this.wanted > this.revision) this.later(0);
  }

  // --- doing ---

  // Applies changes that are undone together. Returns whether anything changed.
  act(changes, label = "") {
    if (!this.view || this.trouble) return false;
    const entries = [];
    let draft = this.view;
    for (const change of changes) {
      const applied = apply(draft, [change]);
      if (!applied.done.length) continue;
      draft = applied.draft;
      entries.push(this.#entry(change, [change], applied.undo));
    }
    if (!entries.length) return false;
    this.#push(entries, label);
    this.view = draft;
    this.#changed(0);
    return true;
  }

  // Sets a field while somebody types: all of it is one operation, until a pause or another change.
  type(change) {
    if (!this.view || this.trouble) return;
    const name = fieldOf(change);
    const last = this.queue.at(-1);
    const open = last?.typed && fieldOf(last.change) === name && !last.isSent ? last : this.#heldFor(name);
    if (!open) {
      if (!this.act([change])) return;
      const entry = this.queue.at(-1);
      entry.typed = true;
      entry.problem = this.check(change);
    } else {
      open.change = change;
      open.effects = [change];
      open.problem = this.check(change);
      if (open.question?.reason === "refused") open.question = null;
      this.view = apply(this.view, [change]).draft;
    }
    this.#changed(PAUSE_MS);
  }

  // The change of this field that waits for a decision: what is typed now replaces its value.
  #heldFor(name) {
    return this.queue.find((entry) => (entry.question || entry.problem) && fieldOf(entry.change) === name);
  }

  undo() {
    const act = this.undoStack.pop();
    if (act) this.redoStack.push(this.#takeBack(act));
    return act;
  }

  redo() {
    const act = this.redoStack.pop();
    if (act) this.undoStack.push(this.#takeBack(act));
    return act;
  }

  #takeBack(act) {
    const entries = [];
    for (const id of [...act.ids].reverse()) {
      const effects = this.inverses.get(id) ?? [];
      const { undo } = apply(this.view, effects);
      const entry = this.#entry({ op: "undo", operation: id }, effects, undo);
      this.view = apply(this.view, effects).draft;
      entries.push(entry);
    }
    this.queue.push(...entries);
    this.#changed(0);
    return { ...act, ids: entries.map((entry) => entry.id) };
  }

  #entry(change, effects, undo) {
    const id = newId();
    this.inverses.set(id, undo);
    return { id, client: this.client, seen: this.revision, change, effects };
  }

  #push(entries, label) {
    this.queue.push(...entries);
    const node = entries.flatMap((entry) => touched(entry.change))[0];
    this.undoStack.push({ ids: entries.map((entry) => entry.id), label, node });
    if (this.undoStack.length > UNDO_LIMIT) this.undoStack.shift();
    this.redoStack = [];
  }

  #changed(pause) {
    this.#keep();
    this.#tell();
    this.later(pause);
  }

  // --- questions ---

  get questions() {
    return this.queue.filter((entry) => entry.question);
  }

  // `which` is "mine", "theirs" or "edited", which means `text`.
  decide(id, which, text) {
    const entry = this.queue.find((each) => each.id === id);
    if (!entry?.question) return;
    const { question } = entry;
    entry.question = null;
    if (which === "theirs") this.#drop(entry);
    else this.#insist(entry, question, which === "edited" ? text : undefined);
    this.#keep();
    this.#recompute();
    this.later(0);
  }

  #insist(entry, question, text) {
    const at = this.queue.indexOf(entry);
    let changes = entry.change.op === "undo" ? entry.effects : [entry.change];
    if (text !== undefined) {
      const value = entry.change.op === "set_option_label" ? { label: text } : { value: text };
      changes = changes.map((change) => (fieldOf(change) ? { ...change, ...value } : change));
    }
    if (question.reason === "removed") changes = [...(question.restore ?? []), ...changes];
    const entries = changes.map((change) => ({
      ...this.#entry(change, [change], []),
      client: entry.client,
      seen: question.revision,
    }));
    this.queue.splice(at, 1, ...entries);
    const undo = this.inverses.get(entry.id) ?? [];
    if (entries.length) this.inverses.set(entries[0].id, undo);
    this.queue = this.queue.flatMap((each) => {
      if (each.change.operation !== entry.id) return [each];
      return entries.map(({ id }) => ({ ...each, id: newId(), change: { op: "undo", operation: id } })).reverse();
    });
    for (const act of [...this.undoStack, ...this.redoStack]) {
      act.ids = act.ids.flatMap((each) => (each === entry.id ? entries.map((one) => one.id) : [each]));
    }
  }

  #drop(entry) {
    const gone = new Set([entry.id]);
    for (const each of this.queue) if (gone.has(each.change.operation)) gone.add(each.id);
    this.queue = this.queue.filter((each) => !gone.has(each.id));
    const left = (stack) =>
      stack
        .map((act) => ({ ...act, ids: act.ids.filter((id) => !gone.has(id)) }))
        .filter((act) => act.ids.length);
    this.undoStack = left(this.undoStack);
    this.redoStack = left(this.redoStack);
  }

  // Discards all changes that the server does not have.
  dropAll() {
    this.queue = [];
    this.undoStack = [];
    this.redoStack = [];
    this.#keep();
    this.#recompute();
  }

  // --- sending ---

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sync(), milliseconds);
  }

  // Sends what can be sent and reads what is new, with one request at a time.
  sync(options) {
    this.busy ??= this.#sync(options).finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  async #sync(options) {
    clearTimeout(this.timer);
    if (!this.base) return this.trouble ? undefined : this.open();
    if (this.trouble) return undefined;
    const batch = this.#ready();
    if (batch.length) await this.#send(batch, options);
    else if (this.wanted > this.revision) await this.#catchUp();
    this.#keep();
    this.#recompute();
    const rest = this.#ready().length || this.wanted > this.revision;
    if (rest && !this.isSignedOut && !this.trouble) this.later(this.isAway ? RETRY_MS : this.#pause());
    return undefined;
  }

  // Sends until only changes that wait for a decision are left, or the server cannot be reached.
  async flush() {
    do await this.sync();
    while (this.#ready().length && !this.isAway && !this.isSignedOut && !this.trouble);
  }

  #pause() {
    return this.queue.at(-1)?.typed && !this.queue.at(-1).isSent ? PAUSE_MS : 0;
  }

  // The operations to send next, in order and of one tab. Those that wait for a decision are left out, and
  // so are all that build on them.
  #ready() {
    const held = new Set();
    const absent = new Set();
    const ready = [];
    for (const entry of this.queue) {
      const { change } = entry;
      // The server must have an operation before it can undo it.
      if (ready.some(({ id }) => id === change.operation)) break;
      const waits = entry.question || entry.problem || held.has(change.operation);
      if (waits || touched(change).some((key) => absent.has(key))) {
        held.add(entry.id);
        if (change.op === "add_node") absent.add(change.node.key);
      } else if (ready.length < BATCH && (!ready.length || ready[0].client === entry.client)) {
        ready.push(entry);
      }
    }
    return ready;
  }

  async #send(batch, options) {
    for (const entry of batch) entry.isSent = true;
    this.#keep();
    const operations = batch.map(({ id, seen, change }) => ({ id, seen, change }));
    const answer = await this.net.send(this.tree, this.person, batch[0].client, operations, options);
    this.isAway = answer.kind === "away";
    this.isSignedOut = answer.kind === "signed out";
    if (answer.kind === "done") await this.#done(batch, answer.body);
    else if (answer.kind === "asked") await this.#asked(answer.body);
    else if (answer.kind === "refused") this.#refused(batch, answer);
  }

  async #done(batch, { revision, operations }) {
    const isNext = operations.every((each, n) => each.revision === this.revision + 1 + n);
    const isPlain = batch.every((entry) => entry.change.op !== "undo" && entry.change.op !== "replace");
    this.wanted = Math.max(this.wanted, revision);
    if (isNext && isPlain && revision === this.revision + batch.length) {
      this.base = apply(this.base, batch.map((entry) => entry.change)).draft;
      this.revision = revision;
      this.#confirm(batch.map((entry) => entry.id));
      return;
    }
    if (await this.#catchUp()) this.#confirm(batch.map((entry) => entry.id));
  }

  #confirm(ids) {
    const done = new Set(ids);
    this.queue = this.queue.filter((entry) => !done.has(entry.id));
  }

  async #asked({ revision, asked }) {
    const before = this.base;
    for (const each of asked) {
      const entry = this.queue.find(({ id }) => id === each.operation);
      if (!entry || (entry.question && entry.question.revision === revision)) continue;
      const step = before.steps.get(each.node);
      const restore = this.removed.get(each.node) ?? (step && apply(before, [{ op: "remove_node", node: each.node }]).undo);
      entry.question = { ...each, revision, title: step?.title ?? "", restore };
      entry.question.label = optionOf(step, each.option)?.label ?? "";
    }
    this.wanted = Math.max(this.wanted, revision);
    await this.#catchUp();
  }

  #refused(batch, { body, status }) {
    if (status === 403 || status === 404) {
      this.trouble = body.detail ?? "This tree cannot be changed any more.";
      return;
    }
    const place = body.errors?.[0]?.field?.match(/operations[.[](\d+)/)?.[1];
    const entry =
      batch.find(({ id }) => id === body.operation) ??
      batch[Number(place ?? NaN)] ??
      batch.find(({ change }) => body.field && fieldOf(change) === `/${body.field}`) ??
      batch[0];
    const why = body.errors?.[0]?.message ?? body.detail ?? "The server does not accept this change.";
    entry.question = { reason: "refused", why, node: touched(entry.change)[0] ?? null, revision: this.revision };
    for (const each of batch) if (each !== entry) each.isSent = false;
  }

  // Reads the operations after our revision. Returns whether all of them could be read.
  async #catchUp() {
    for (;;) {
      const read = await this.net.operationsAfter(this.tree, this.revision);
      this.isAway = read.kind === "away";
      this.isSignedOut = read.kind === "signed out";
      if (read.kind === "refused") this.trouble = read.body.detail ?? "This tree cannot be read any more.";
      if (read.kind !== "done") return false;
      const { items, revision, has_more: hasMore } = read.body;
      this.wanted = Math.max(revision, items.at(-1)?.revision ?? 0);
      if (revision > this.revision && items[0]?.revision !== this.revision + 1) return this.#readAgain();
      for (const operation of items) this.#take(operation);
      if (!hasMore) return true;
    }
  }

  #take(operation) {
    for (const change of operation.changes) {
      const applied = apply(this.base, [change]);
      if (change.op === "remove_node") this.removed.set(change.node, applied.undo);
      this.base = applied.draft;
    }
    this.revision = operation.revision;
    this.#confirm([operation.id]);
  }

  async #readAgain() {
    const read = await this.net.read(this.tree);
    if (read.kind !== "done") return false;
    this.base = read.body.draft;
    this.revision = read.body.revision;
    this.wanted = this.revision;
    return true;
  }

  // --- telling ---

  #recompute() {
    if (this.base) {
      const effects = this.queue.flatMap((entry) => entry.effects);
      const { draft } = apply(this.base, effects);
      if (!this.view || !same(draft.head, this.view.head) || !sameSteps(draft.steps, this.view.steps)) this.view = draft;
    }
    this.#tell();
  }

  #keep() {
    this.title = this.view?.head.title ?? this.title;
    this.isKept = this.store.put({ entries: this.queue, title: this.title });
  }

  // The tab closes: what is not confirmed is sent once more, and marked so that another tab takes it over.
  goodbye() {
    this.store.put({ entries: this.queue, title: this.title, left: true });
    if (this.queue.length) this.sync({ last: true });
  }

  get status() {
    const needing = this.queue.filter((entry) => entry.question || entry.problem).length;
    if (this.trouble) return "closed";
    if (needing) return "asks";
    if (!this.queue.length) return "saved";
    if (this.isSignedOut) return "signed out";
    if (!this.isKept) return "unkept";
    return this.isAway ? "offline" : "saving";
  }

  #tell() {
    this.snapshot = {
      draft: this.view ?? null,
      revision: this.revision,
      status: this.status,
      waiting: this.queue.length,
      asking: this.queue.filter((entry) => entry.question || entry.problem),
      trouble: this.trouble,
      undoable: this.undoStack.at(-1) ?? null,
      redoable: this.redoStack.at(-1) ?? null,
    };
    for (const listener of this.listeners) listener();
  }
}

function sameSteps(one, other) {
  if (one.size !== other.size) return false;
  for (const [key, step] of one) if (other.get(key) !== step && !same(step, other.get(key))) return false;
  return true;
}
