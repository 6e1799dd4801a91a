// A comparison as the server draws it, as the draft that a board shows. Pure.
import { incoming, spanningTree } from "../../trees/browser/shape.js";

const FOLDED_FROM = 60;
const TONES = {
  added: { name: "added", words: "Added" },
  removed: { name: "removed", words: "Removed" },
  changed: { name: "changed", words: "Changed" },
  relabelled: { name: "changed", words: "Relabelled" },
  moved: { name: "added", words: "Moved here" },
  left: { name: "removed", words: "Moved away" },
};
const GONE = new Set(["removed", "left"]);

const optionOf = ({ key, label, to, fate, before }) => ({
  key: GONE.has(fate) ? `${key} before` : key, // what moved has two lines
  label: fate === "relabelled" ? `${before} → ${label}` : label,
  to,
  fate,
  isDrawn: fate !== "kept",
});

// Returns {draft, shape, span, edges, tones, lineTones, places}: what a board needs, and for each step
// that differs its place in the list.
export function comparedTree({ start, steps }) {
  const draft = { head: { start }, steps: new Map() };
  const shape = { head: { start }, steps: new Map() };
  const tones = new Map();
  const lineTones = new Map();
  const places = new Map();
  for (const [place, { key, kind, title, fate, at, answers }] of steps.entries()) {
    const options = answers.map(optionOf);
    const step = { key, kind, title, options, place, x: null, y: null };
    draft.steps.set(key, step);
    // What a solution led to before it was one is drawn too.
    shape.steps.set(key, options.length ? { ...step, kind: "decision" } : step);
    if (fate) tones.set(key, TONES[fate]);
    if (at !== null) places.set(key, at);
    for (const option of options) if (option.isDrawn) lineTones.set(`${key} ${option.key}`, TONES[option.fate]);
  }
  const span = spanningTree(shape, (option) => GONE.has(option.fate));
  return { draft, shape, span, edges: incoming(shape), tones, lineTones, places };
}

// The branches of a large tree in which nothing differs begin folded.
export function foldedAtFirst({ shape, span, tones }) {
  if (shape.steps.size <= FOLDED_FROM) return new Set();
  const open = new Set();
  for (const key of tones.keys()) {
    for (let at = span.parents.get(key)?.key; at && !open.has(at); at = span.parents.get(at)?.key) open.add(at);
  }
  const above = new Set([...span.parents.values()].filter(Boolean).map(({ key }) => key));
  return new Set([...above].filter((key) => !open.has(key)));
}
