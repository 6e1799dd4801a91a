// The shape of a draft: the tree that its steps make from the start, and what leads where. Pure.
import { inOrder, isEnd, optionsOf } from "./steps.js";

// Whether two drafts have the same steps at the same places with the same answers: then all that this
// file and the layout make of them is the same too, whatever the texts say.
export function sameShape(one, other) {
  if (one.steps === other.steps && one.head.start === other.head.start) return true;
  if (one.steps.size !== other.steps.size || one.head.start !== other.head.start) return false;
  const order = other.steps.values();
  for (const step of one.steps.values()) {
    const now = order.next().value;
    const isMoved = step.x !== now.x || step.y !== now.y || step.place !== now.place;
    if (step.key !== now.key || isMoved || step.options !== now.options || isEnd(step) !== isEnd(now)) return false;
  }
  return true;
}

// Whose child each step is: the first step, from the start on, with an option that leads there. Steps
// that no path reaches begin trees of their own. Returns {roots, parents}. An option that `isGone` puts
// a step below it only if no other way leads there.
export function spanningTree(draft, isGone = () => false) {
  const parents = new Map();
  const roots = [];
  const spread = (root) => {
    parents.set(root, null);
    roots.push(root);
    let level = [root];
    let gone = [];
    let next = [];
    const reach = ({ key, option }) => {
      if (parents.has(option.to) || !draft.steps.has(option.to)) return;
      parents.set(option.to, { key, option: option.key });
      next.push(option.to);
    };
    while (level.length) {
      next = [];
      for (const key of level) {
        for (const option of optionsOf(draft.steps.get(key))) {
          if (isGone(option)) gone.push({ key, option });
          else reach({ key, option });
        }
      }
      if (!next.length) {
        gone.forEach(reach);
        gone = [];
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

// How many steps each branch has: its first step and all below it. Parents stand before their children.
export function branchSizes(parents) {
  const sizes = new Map();
  for (const [key, above] of [...parents].reverse()) {
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
    if (above) sizes.set(above.key, (sizes.get(above.key) ?? 0) + sizes.get(key));
  }
  return sizes;
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

// Whether a step stands above another one, or is it.
export function isAbove(parents, key, below) {
  for (let at = below; at; at = parents.get(at)?.key) if (at === key) return true;
  return false;
}

// The rows of the outline, in reading order. A row is {id, key, level, position, of, ...}: a step with
// `option` (what leads to it here), `from`, `hasChildren`, `isOpen` and `hidden` (how many steps are
// folded in), or a link to a step that stands elsewhere (`isLink`, `isBack` to one above, `isMissing`).
export function outline(draft, folded = new Set()) {
  const { roots, parents } = spanningTree(draft);
  const rows = [];
  const sizes = branchSizes(parents);
  const childrenOf = (key) =>
    optionsOf(draft.steps.get(key)).map((option) => {
      const above = parents.get(option.to);
      return { option, isOwn: above?.key === key && above.option === option.key };
    });
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
