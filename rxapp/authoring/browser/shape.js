// The shape of a draft: the tree that its steps make from the start, and what leads where. Pure.
import { inOrder, optionsOf } from "./draft_model.js";

// Whose child each step is: the first step, from the start on, with an option that leads there. Steps
// that no path reaches begin trees of their own. Returns {roots, parents}.
export function spanningTree(draft) {
  const parents = new Map();
  const roots = [];
  const spread = (root) => {
    parents.set(root, null);
    roots.push(root);
    let level = [root];
    while (level.length) {
      const next = [];
      for (const key of level) {
        for (const { to, key: option } of optionsOf(draft.steps.get(key))) {
          if (parents.has(to) || !draft.steps.has(to)) continue;
          parents.set(to, { key, option });
          next.push(to);
        }
      }
      level = next;
    }
  };
  if (draft.steps.has(draft.head.start)) spread(draft.head.start);
  const led = new Set();
  for (const step of draft.steps.values()) for (const { to } of optionsOf(step)) if (to !== step.key) led.add(to);
  const left = inOrder(draft).filter((step) => !parents.has(step.key));
  for (const step of left) if (!led.has(step.key) && !parents.has(step.key)) spread(step.key);
  for (const step of left) if (!parents.has(step.key)) spread(step.key);
  return { roots, parents };
}

// What leads to each step: key -> [{from, option}].
export function incoming(draft) {
  const found = new Map();
  for (const step of draft.steps.values()) {
    for (const option of optionsOf(step)) {
      if (!found.has(option.to)) found.set(option.to, []);
      found.get(option.to).push({ from: step.key, option });
    }
  }
  return found;
}

function isAbove(parents, key, below) {
  for (let at = below; at; at = parents.get(at)?.key) if (at === key) return true;
  return false;
}

// The rows of the outline, in reading order. A row is {id, key, level, position, of, ...}: a step with
// `option` (what leads to it here), `from`, `hasChildren`, `isOpen` and `hidden` (how many steps are
// folded in), or a link to a step that stands elsewhere (`isLink`, `isBack` to one above, `isMissing`).
export function outline(draft, folded = new Set()) {
  const { roots, parents } = spanningTree(draft);
  const rows = [];
  const sizes = new Map();
  const childrenOf = (key) =>
    optionsOf(draft.steps.get(key)).map((option) => {
      const above = parents.get(option.to);
      return { option, isOwn: above?.key === key && above.option === option.key };
    });
  const size = (root) => {
    // Without recursion: a chain of 20,000 steps is deeper than the stack.
    const order = [root];
    for (let n = 0; n < order.length; n += 1) {
      for (const { option, isOwn } of childrenOf(order[n])) if (isOwn) order.push(option.to);
    }
    for (const key of order.reverse()) {
      let sum = 1;
      for (const { option, isOwn } of childrenOf(key)) if (isOwn) sum += sizes.get(option.to);
      sizes.set(key, sum);
    }
  };
  roots.forEach(size);
  const stack = roots
    .map((key, n) => ({ key, level: 1, position: n + 1, of: roots.length, option: null, from: null, isRoot: true }))
    .reverse();
  while (stack.length) {
    const row = stack.pop();
    if (row.isLink) {
      rows.push(row);
      continue;
    }
    const children = childrenOf(row.key);
    const isOpen = !folded.has(row.key);
    const hidden = isOpen ? 0 : sizes.get(row.key) - 1;
    rows.push({ ...row, id: `step-${row.key}`, hasChildren: children.length > 0, isOpen, hidden });
    if (!isOpen) continue;
    children
      .map(({ option, isOwn }, n) => ({
        id: `link-${row.key}-${option.key}`,
        key: option.to,
        level: row.level + 1,
        position: n + 1,
        of: children.length,
        option,
        from: row.key,
        isLink: !isOwn,
        isMissing: !draft.steps.has(option.to),
        isBack: !isOwn && isAbove(parents, option.to, row.key),
      }))
      .reverse()
      .forEach((child) => stack.push(child));
  }
  return rows;
}

// The steps of a branch: a step and what stands below it in the spanning tree.
export function branch(draft, key) {
  const { parents } = spanningTree(draft);
  const below = new Map();
  for (const [child, above] of parents) {
    if (!above) continue;
    if (!below.has(above.key)) below.set(above.key, []);
    below.get(above.key).push(child);
  }
  const found = [key];
  for (let n = 0; n < found.length; n += 1) found.push(...(below.get(found[n]) ?? []));
  return found;
}

// The steps whose title or texts have all the words, in the order of the list.
export function search(draft, words) {
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean);
  if (!wanted.length) return [];
  const found = [];
  for (const step of inOrder(draft)) {
    const title = step.title.toLowerCase();
    const options = optionsOf(step).map((option) => option.label);
    const commands = step.commands.map((command) => command.text);
    const all = [title, step.body, step.expected, ...options, ...commands].join("\n").toLowerCase();
    if (!wanted.every((word) => all.includes(word))) continue;
    found.push({ step, rank: wanted.every((word) => title.includes(word)) ? 0 : 1 });
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ step }) => step);
}
