// A draft in the browser, and what each change does to it. `changing.py` does the same on the server, so
// all sides end with the same draft. Pure: nothing is changed in place.
//
// A draft is {head, steps, next}: `head` has the fields of the tree and `start`, `next` is the place of
// the next step, `steps` is a Map of steps by their key. A step has {key, kind, title, body, commands,
// expected, ending, options, place, x, y}. It keeps its options and its ending even
// while its kind has none.
import { isEnd } from "../../trees/browser/steps.js";

const DEFAULTS = { body: "", commands: [], expected: "", ending: null };
const STEP_FIELDS = ["kind", "title", "body", "commands", "expected", "ending"];

export const KINDS = ["decision", "action", "solution"];

export function stepOf(raw) {
  return { ...DEFAULTS, options: [], x: null, y: null, ...raw };
}

export function draftOf({ head, steps, next_place: next }) {
  return { head, steps: new Map(steps.map((raw) => [raw.key, stepOf(raw)])), next };
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export const optionOf = (step, key) => step?.options.find((option) => option.key === key);

function withStep(draft, step) {
  const steps = new Map(draft.steps);
  steps.set(step.key, step);
  return { ...draft, steps };
}

function withOption(draft, step, key, values) {
  const options = step.options.map((each) => (each.key === key ? { ...each, ...values } : each));
  return withStep(draft, { ...step, options });
}

// The changes that add a removed step again, with the options and the ending that its kind does not show.
function addedAgain(step) {
  const remembers = isEnd(step) && step.options.length > 0;
  const node = { key: step.key };
  for (const name of STEP_FIELDS) {
    const isLeft = name === "ending" && (remembers || !isEnd(step));
    if (!isLeft && !same(step[name], DEFAULTS[name])) node[name] = step[name];
  }
  if (remembers) node.kind = "decision";
  if ((remembers || !isEnd(step)) && step.options.length) node.options = step.options;
  const again = [{ op: "add_node", node, place: step.place, x: step.x, y: step.y }];
  if (remembers) again.push({ op: "set_field", node: step.key, field: "kind", value: "solution" });
  if (step.ending !== null && (remembers || !isEnd(step))) {
    again.push({ op: "set_field", node: step.key, field: "ending", value: step.ending });
  }
  return again;
}

const APPLY = {
  set_field(draft, { node, field, value }) {
    if (node === undefined || node === null) {
      const before = draft.head[field];
      if (same(before, value)) return null;
      return [{ ...draft, head: { ...draft.head, [field]: value } }, [{ op: "set_field", field, value: before }]];
    }
    const step = draft.steps.get(node);
    if (!step || same(step[field], value)) return null;
    return [withStep(draft, { ...step, [field]: value }), [{ op: "set_field", node, field, value: step[field] }]];
  },
  add_node(draft, { node, place, x = null, y = null }) {
    if (draft.steps.has(node.key)) return null;
    const step = stepOf({ ...node, place: place ?? draft.next, x, y });
    const next = Math.max(draft.next, step.place + 1);
    return [{ ...withStep(draft, step), next }, [{ op: "remove_node", node: node.key }]];
  },
  remove_node(draft, { node }) {
    const step = draft.steps.get(node);
    if (!step || draft.steps.size === 1) return null;
    const steps = new Map(draft.steps);
    steps.delete(node);
    return [{ ...draft, steps }, addedAgain(step)];
  },
  add_option(draft, { node, option, at }) {
    const step = draft.steps.get(node);
    if (!step || isEnd(step) || optionOf(step, option.key)) return null;
    const options = step.options.toSpliced(at ?? step.options.length, 0, option);
    return [withStep(draft, { ...step, options }), [{ op: "remove_option", node, option: option.key }]];
  },
  set_option_label(draft, { node, option, label }) {
    const step = draft.steps.get(node);
    const before = optionOf(step, option);
    if (!before || before.label === label) return null;
    return [withOption(draft, step, option, { label }), [{ op: "set_option_label", node, option, label: before.label }]];
  },
  connect(draft, { node, option, to }) {
    const step = draft.steps.get(node);
    const before = optionOf(step, option);
    if (!before || before.to === to) return null;
    return [withOption(draft, step, option, { to }), [{ op: "connect", node, option, to: before.to }]];
  },
  remove_option(draft, { node, option }) {
    const step = draft.steps.get(node);
    const before = optionOf(step, option);
    if (!before || isEnd(step)) return null; // a solution only keeps its options, it has none
    const at = step.options.indexOf(before);
    const options = step.options.toSpliced(at, 1);
    return [withStep(draft, { ...step, options }), [{ op: "add_option", node, option: before, at }]];
  },
  reorder_options(draft, { node, options: keys }) {
    const step = draft.steps.get(node);
    if (!step) return null;
    const order = [...new Set(keys)];
    const rank = (option) => (order.includes(option.key) ? order.indexOf(option.key) : order.length);
    const options = [...step.options].sort((a, b) => rank(a) - rank(b));
    const before = step.options.map((option) => option.key);
    if (options.every((option, n) => option.key === before[n])) return null;
    return [withStep(draft, { ...step, options }), [{ op: "reorder_options", node, options: before }]];
  },
  move(draft, { positions }) {
    const steps = new Map(draft.steps);
    const before = [];
    for (const { node, x, y } of positions) {
      const step = steps.get(node);
      if (!step) continue;
      before.unshift({ node, x: step.x, y: step.y });
      steps.set(node, { ...step, x, y });
    }
    return before.length ? [{ ...draft, steps }, [{ op: "move", positions: before }]] : null;
  },
  arrange(draft, { places }) {
    const steps = new Map(draft.steps);
    const before = {};
    let { next } = draft;
    for (const [key, place] of Object.entries(places)) {
      const step = steps.get(key);
      if (!step) continue;
      before[key] = step.place;
      next = Math.max(next, place + 1);
      steps.set(key, { ...step, place });
    }
    return Object.keys(before).length ? [{ ...draft, steps, next }, [{ op: "arrange", places: before }]] : null;
  },
  set_start(draft, { node }) {
    const before = draft.head.start;
    if (before === node) return null;
    return [{ ...draft, head: { ...draft.head, start: node } }, [{ op: "set_start", node: before }]];
  },
};

// Returns {draft, undo, done}: the draft after the changes, the changes that undo them, and those that
// had an effect. Changes to a step that no longer exists have none.
export function apply(draft, changes) {
  const undo = [];
  const done = [];
  for (const change of changes) {
    const applied = APPLY[change.op](draft, change);
    if (!applied) continue;
    draft = applied[0];
    undo.unshift(...applied[1]);
    done.push(change);
  }
  return { draft, undo, done };
}

// The keys of the steps that a change needs. The targets of `connect` and `set_start` need not exist.
export function touched(change) {
  if (change.op === "move") return change.positions.map((each) => each.node);
  if (change.op === "arrange") return Object.keys(change.places);
  if (change.op === "add_node") return [change.node.key];
  return change.node && change.op !== "set_start" ? [change.node] : [];
}

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

// Random, so that two authors never choose the same key.
export function newKey() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("");
}

// crypto.randomUUID exists only on https and localhost, but this app also runs on plain http.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
