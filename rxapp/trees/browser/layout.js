// Where steps stand on the canvas: left to right from the start, answers from top to bottom in their
// order. Whoever was placed by hand stays there. Pure.
import { hierarchy, tree } from "d3-hierarchy";
import { spanningTree } from "./shape.js";
import { optionsOf } from "./steps.js";

export const CARD = { width: 230, height: 84 };
const COLUMN = CARD.width + 110;
const ROW = CARD.height + 28;
const TREES_APART = ROW * 1.5;

// The children of each step in the spanning tree, in the order of its answers.
export function childrenOf(draft, { parents }) {
  const found = new Map();
  for (const step of draft.steps.values()) {
    const own = [];
    for (const option of optionsOf(step)) {
      const above = parents.get(option.to);
      if (above?.key === step.key && above.option === option.key) own.push(option.to);
    }
    found.set(step.key, own);
  }
  return found;
}

// Returns a Map of {x, y} of the top left corners, for the steps that are not folded in.
export function layout(draft, folded = new Set(), { span = spanningTree(draft) } = {}) {
  const children = childrenOf(draft, span);
  const places = new Map();
  let top = 0;
  for (const root of span.roots) {
    const found = hierarchy(root, (key) => (folded.has(key) ? [] : children.get(key)));
    tree()
      .nodeSize([ROW, COLUMN])
      .separation(() => 1)(found);
    let low = Infinity;
    let high = -Infinity;
    found.each((node) => {
      low = Math.min(low, node.x);
      high = Math.max(high, node.x);
    });
    found.each((node) => places.set(node.data, { x: node.y, y: top + node.x - low }));
    top += high - low + TREES_APART;
  }
  for (const [key, place] of places) {
    const { x, y } = draft.steps.get(key);
    if (x !== null) Object.assign(place, { x, y });
  }
  return places;
}
