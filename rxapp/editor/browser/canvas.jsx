// The draft on the canvas, and what its author does there.
import { useRef } from "react";
import { Board } from "../../trees/browser/board.jsx";
import { layout } from "../../trees/browser/layout.js";
import { addOption, duplicate, moveOption } from "./acts.js";
import { useClipboard } from "./use_clipboard.jsx";
import { useEditor } from "./use_editor.jsx";

const round = ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) });

export function Canvas({ folded, setFolded }) {
  const { desk, draft, limits, shape, span, incoming, chosen, choose, openStep, say, askRemoval, marks, others, seen, tryFrom } = useEditor();
  const hold = useRef({ root: null, picked: [] });

  const tidy = () => {
    const made = layout(draft);
    const positions = [...made].filter(([key]) => draft.steps.get(key).x === null).map(([node, place]) => ({ node, ...round(place) }));
    if (desk.act([{ op: "move", positions }], "Tidy up")) say(`Placed ${positions.length} steps.`);
    else say("Every step already has a place.");
  };
  const placeAll = () => {
    const positions = [...draft.steps.values()].filter(({ x }) => x !== null).map(({ key: node }) => ({ node, x: null, y: null }));
    if (desk.act([{ op: "move", positions }], "Reset the layout")) say("All steps are back in the automatic layout.");
  };
  const add = (place) => {
    const { changes, key } = addOption(draft, chosen, place);
    desk.act(changes, "Add an answer and a step");
    openStep(key);
  };
  const copy = () => {
    const { changes, key } = duplicate(draft, chosen, limits);
    desk.act(changes, "Duplicate the step");
    choose(key);
  };
  const keys = (event) => {
    const above = span.parents.get(chosen);
    const move = (by) => above && desk.act(moveOption(draft, above.key, above.option, by), "Move an answer");
    if (event.altKey) return { ArrowUp: () => move(-1), ArrowDown: () => move(1) }[event.key];
    if (event.shiftKey && event.key === "Enter") return () => tryFrom(chosen);
    const remove = () => askRemoval(hold.current.picked);
    return { Delete: remove, Backspace: remove, "+": () => add(), d: copy }[event.key];
  };
  useClipboard({
    isHere: () => document.activeElement === hold.current.root,
    keys: () => hold.current.picked,
    after: () => draft.head.start,
  });
  const edit = {
    hold,
    keys,
    onDrag: (moved) => {
      const positions = moved.map(({ id: node, position }) => ({ node, ...round(position) }));
      desk.act([{ op: "move", positions }], "Move on the canvas");
    },
    onConnect: (source, target) => {
      desk.act(addOption(draft, source, { to: target }).changes, "Add an answer");
      choose(source);
    },
    onNew: (source, place) => {
      const { changes, key } = addOption(draft, source, round(place));
      desk.act(changes, "Add an answer and a step");
      openStep(key);
    },
    onReconnect: (line, source, target) => {
      if (source !== line.source) return say("An answer belongs to its step. Drag its other end.");
      return desk.act([{ op: "connect", node: source, option: line.data.option, to: target }], "Change where an answer leads");
    },
    tools: (
      <>
        <button type="button" className="tool" onClick={tidy}>
          Tidy up
        </button>
        <button type="button" className="tool" onClick={placeAll} title="Undo all placing by hand">
          Reset layout
        </button>
      </>
    ),
  };
  const title = draft.steps.get(chosen)?.title ?? "";
  return (
    <Board
      label={`Canvas. ${title}. Arrows move from step to step; Enter edits.`}
      {...{ draft, shape, span, folded, setFolded, chosen, choose, say, marks, others, seen, edit }}
      edges={incoming}
      onOpen={openStep}
    />
  );
}
