// Which answers are drawn as lines, and which are said on the cards instead. Pure.
import { isAbove } from "./shape.js";
import { optionsOf } from "./steps.js";

const LINES_EACH = 3; // beside its own line; a step to which more answers lead would drown in lines
const FAR_APART = 3000; // a line whose other end is several screens away tells nothing

const areNear = (one, other) => Math.hypot(one.x - other.x, one.y - other.y) <= FAR_APART;

// Returns {lines, says}. A line is {from, to, option, isOwn}; its own line leads to a step from where
// the tree puts it. `says` has for each step what its card says of answers that lead elsewhere: a list
// of {to, isBack}. An option that `isDrawn` has its line in any case. `edges` are what `incoming` returns, `places` those of the steps that are shown.
export function linesOf(shape, span, edges, places) {
  const lines = [];
  const says = new Map();
  for (const [key, place] of places) {
    for (const option of optionsOf(shape.steps.get(key))) {
      const { to } = option;
      if (!shape.steps.has(to)) continue;
      const above = span.parents.get(to);
      const isOwn = above?.key === key && above.option === option.key;
      const there = places.get(to);
      const others = edges.get(to).length - (above ? 1 : 0);
      const isDrawn = there && (isOwn || option.isDrawn || (others <= LINES_EACH && areNear(place, there)));
      if (isDrawn) lines.push({ from: key, to, option, isOwn });
      if (isOwn) continue;
      const isBack = isAbove(span.parents, to, key);
      if (isDrawn && !isBack) continue;
      if (!says.has(key)) says.set(key, []);
      if (!says.get(key).some((each) => each.to === to)) says.get(key).push({ to, isBack });
    }
  }
  return { lines, says };
}

// How many steps lead to a step; 0 where none does beside the one that stands before it.
export function sourcesOf(edges) {
  return edges?.length > 1 ? new Set(edges.map(({ from }) => from)).size : 0;
}
