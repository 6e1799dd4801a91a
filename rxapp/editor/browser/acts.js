// What authors do, as lists of changes. Pure, except for the random keys.
import { KINDS, newKey, optionOf } from "./draft_model.js";
import { branch, incoming } from "../../trees/browser/shape.js";
import { isEnd, optionsOf } from "../../trees/browser/steps.js";

export const CLIP_FORMAT = "resolutionflow/steps/1";
const NEW_TITLE = "New step";

export const set = (node, field, value) => ({ op: "set_field", node, field, value });
export const label = (node, option, text) => ({ op: "set_option_label", node, option, label: text });

function nextLabel(step) {
  const taken = new Set(step.options.map((option) => option.label));
  const usual = step.kind === "action" ? ["Done", "It did not work"] : ["Yes", "No"];
  return usual.find((each) => !taken.has(each)) ?? `Answer ${step.options.length + 1}`;
}

// Adds an answer to a step, leading to `to` or to a new step. Returns {changes, key, option}.
export function addOption(draft, node, { to, x, y } = {}) {
  const step = draft.steps.get(node);
  const option = { key: newKey(), label: nextLabel(step), to: to ?? newKey() };
  const changes = [];
  if (!to) {
    const at = x === undefined ? {} : { x, y };
    changes.push({ op: "add_node", node: { key: option.to, kind: "action", title: NEW_TITLE }, ...at });
  }
  if (isEnd(step)) changes.push(set(node, "kind", "decision"));
  changes.push({ op: "add_option", node, option });
  return { changes, key: option.to, option: option.key };
}

export function leadToNew(node, option) {
  const key = newKey();
  const changes = [
    { op: "add_node", node: { key, kind: "action", title: NEW_TITLE } },
    { op: "connect", node, option, to: key },
  ];
  return { changes, key };
}

export function addStep({ x, y, title = NEW_TITLE } = {}) {
  const key = newKey();
  const at = x === undefined ? {} : { x, y };
  return { changes: [{ op: "add_node", node: { key, kind: "action", title }, ...at }], key };
}

// The one step that a step leads to, or null if there are none or several. When the step is removed, the
// answers before it can lead there.
export function onlyWayOn(draft, key) {
  const targets = new Set(optionsOf(draft.steps.get(key)).map((option) => option.to));
  targets.delete(key);
  const [only] = targets;
  return targets.size === 1 && draft.steps.has(only) ? only : null;
}

// Removes steps. The answers that lead to them then lead to `onTo`, or are removed too. Null if no step
// would be left.
export function remove(draft, keys, onTo = null) {
  const gone = new Set(keys);
  if (gone.size >= draft.steps.size) return null;
  const changes = [];
  for (const [to, edges] of incoming(draft)) {
    if (!gone.has(to)) continue;
    for (const { from, option } of edges) {
      if (gone.has(from)) continue;
      changes.push(
        onTo
          ? { op: "connect", node: from, option: option.key, to: onTo }
          : { op: "remove_option", node: from, option: option.key },
      );
    }
  }
  if (gone.has(draft.head.start)) {
    const next = onTo ?? optionsOf(draft.steps.get(draft.head.start)).map(({ to }) => to).find((to) => !gone.has(to) && draft.steps.has(to));
    changes.push({ op: "set_start", node: next ?? [...draft.steps.keys()].find((key) => !gone.has(key)) });
  }
  changes.push(...[...gone].map((node) => ({ op: "remove_node", node })));
  return changes;
}

export const removeBranch = (draft, key) => remove(draft, branch(draft, key));

function copied(step, keys, targetOf) {
  const node = { key: keys.get(step.key), kind: step.kind, title: step.title };
  if (step.body) node.body = step.body;
  if (step.commands.length) node.commands = step.commands;
  if (step.expected) node.expected = step.expected;
  if (isEnd(step) && step.ending) node.ending = step.ending;
  const options = optionsOf(step).map(({ label: text, to }) => ({ key: newKey(), label: text, to: keys.get(to) ?? targetOf(to) }));
  if (options.length) node.options = options;
  return node;
}

export function duplicate(draft, key, limits) {
  const step = draft.steps.get(key);
  const keys = new Map([[key, newKey()]]);
  const node = copied({ ...step, title: `${step.title} (copy)`.slice(0, limits.title) }, keys, (to) => to);
  const at = step.x === null ? {} : { x: step.x + 40, y: step.y + 40 };
  return { changes: [{ op: "add_node", node, ...at }], key: node.key };
}

export function clipOf(draft, keys) {
  const steps = keys.map((key) => draft.steps.get(key)).filter(Boolean);
  return JSON.stringify({ format: CLIP_FORMAT, steps });
}

function readClip(text) {
  try {
    const clip = JSON.parse(text);
    const isOurs = clip.format === CLIP_FORMAT && Array.isArray(clip.steps) && clip.steps.every(isStep);
    return isOurs && clip.steps.length ? clip.steps : null;
  } catch {
    return null;
  }
}

const isText = (value) => typeof value === "string";

function isStep(raw) {
  return (
    raw && isText(raw.key) && KINDS.includes(raw.kind) && isText(raw.title) && isText(raw.body) && isText(raw.expected) &&
    Array.isArray(raw.commands) && raw.commands.every((each) => each && isText(each.text)) &&
    Array.isArray(raw.options) && raw.options.every((each) => each && isText(each.label) && isText(each.to))
  );
}

// Adds copied steps with new keys. Answers between them lead to the copies; the others lead to the same
// step as before if this draft has it. If not, they lead nowhere, and `left` lists them as
// {node, option}. Null if `text` is not a copy.
export function paste(draft, text) {
  const steps = readClip(text);
  if (!steps) return null;
  const keys = new Map(steps.map((step) => [step.key, newKey()]));
  const nowhere = new Set();
  const targetOf = (to) => {
    if (draft.steps.has(to)) return to;
    const key = newKey();
    nowhere.add(key);
    return key;
  };
  const changes = steps.map((step) => {
    const at = isFinite(step.x) && step.x !== null ? { x: Math.round(step.x) + 40, y: Math.round(step.y) + 40 } : {};
    return { op: "add_node", node: copied(step, keys, targetOf), ...at };
  });
  const left = changes.flatMap(({ node }) =>
    (node.options ?? []).filter(({ to }) => nowhere.has(to)).map(({ key }) => ({ node: node.key, option: key })),
  );
  return { changes, keys: [...keys.values()], left };
}

export function moveOption(draft, node, option, by) {
  const keys = draft.steps.get(node).options.map((each) => each.key);
  const at = keys.indexOf(option);
  const to = Math.max(0, Math.min(keys.length - 1, at + by));
  if (at < 0 || at === to) return [];
  keys.splice(to, 0, ...keys.splice(at, 1));
  return [{ op: "reorder_options", node, options: keys }];
}

const TEXTS = ["title", "body", "expected"];

// Every place where the text is found: [{node, where, before, after, change}].
export function replacements(draft, find, replacement, matchCase) {
  if (!find) return [];
  const pattern = new RegExp(find.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "gu" : "giu");
  const found = [];
  const look = (step, where, before, change) => {
    const after = before.replace(pattern, () => replacement);
    if (after !== before) found.push({ node: step.key, title: step.title, where, before, after, change: change(after.trim()) });
  };
  for (const step of draft.steps.values()) {
    for (const field of TEXTS) look(step, field, step[field], (after) => set(step.key, field, after));
    const texts = step.commands.map((command) => command.text.replace(pattern, () => replacement));
    if (texts.some((text, n) => text !== step.commands[n].text)) {
      const commands = step.commands.map((command, n) => ({ ...command, text: texts[n] }));
      found.push({
        node: step.key,
        title: step.title,
        where: "commands",
        before: step.commands.map((each) => each.text).join("\n"),
        after: texts.join("\n"),
        change: set(step.key, "commands", commands),
      });
    }
    for (const option of step.options) {
      look(step, "answer", option.label, (after) => label(step.key, option.key, after));
    }
  }
  return found;
}

export { optionOf };
