// The cards and lines of a board, made again only for what changed.
import { useMemo, useRef } from "react";
import { SIZED } from "./canvas_parts.jsx";
import { childrenOf, layout } from "./layout.js";
import { linesOf, sourcesOf } from "./lines.js";
import { branchSizes } from "./shape.js";
import { optionsOf } from "./steps.js";

const NONE = new Map();
const NOTHING_SEEN = { steps: new Set(), answers: new Set() };
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// Whether a card would look the same.
const isAlike = (one, other) =>
  Object.keys(other).every((name) => one[name] === other[name] || (name === "chips" && same(one.chips, other.chips)));

function chipsOf(draft, step, says, edges) {
  const missing = optionsOf(step).filter(({ to }) => !draft.steps.has(to));
  const elsewhere = says.map(({ to, isBack }) => ({ to, words: `${isBack ? "goes back to" : "goes to"} ${draft.steps.get(to).title}` }));
  const sources = sourcesOf(edges);
  return [
    ...missing.map(({ label }) => ({ words: `${label}: leads nowhere` })),
    ...(sources ? [{ lists: step.key, words: `from ${sources === 1 ? "1 step" : `${sources} steps`}` }] : []),
    ...elsewhere,
  ];
}

export function useDrawn(board) {
  const { draft, shape, span, edges, folded, chosen, doing } = board;
  const { marks = NONE, others = NONE, tones = NONE, lineTones = NONE, seen = NOTHING_SEEN } = board;
  const places = useMemo(() => layout(shape, folded, { span }), [shape, folded, span]);
  const children = useMemo(() => childrenOf(shape, span), [shape, span]);
  const sizes = useMemo(() => branchSizes(span.parents), [span]);
  const drawn = useMemo(() => linesOf(shape, span, edges, places), [places]);
  const kept = useRef(new Map());
  const cards = useMemo(() => {
    const before = kept.current;
    kept.current = new Map();
    return [...places].map(([key, position]) => {
      const step = draft.steps.get(key);
      const made = {
        step,
        isStart: key === draft.head.start,
        isChosen: key === chosen,
        hasChildren: children.get(key).length > 0,
        hidden: folded.has(key) ? sizes.get(key) - 1 : 0,
        chips: chipsOf(draft, step, drawn.says.get(key) ?? [], edges.get(key)),
        mark: marks.get(key) ?? "",
        here: others.get(key) ?? null,
        tone: tones.get(key) ?? null,
        isSeen: seen.steps.has(key),
        doing,
      };
      const was = before.get(key);
      const data = was && isAlike(was, made) ? was : made;
      kept.current.set(key, data);
      return { id: key, type: "step", position, ...SIZED, data };
    });
  }, [places, draft, chosen, marks, others, tones, seen]);
  const lines = useMemo(
    () =>
      drawn.lines.map(({ from, to, option, isOwn }) => {
        const id = `${from} ${option.key}`;
        const isSeen = seen.answers.has(`${from}:${option.key}`);
        const data = { label: option.label, isOwn, option: option.key, isSeen, tone: lineTones.get(id) ?? null };
        return { id, source: from, target: to, type: "answer", data };
      }),
    [drawn, lineTones, seen],
  );
  return { cards, lines, places };
}
