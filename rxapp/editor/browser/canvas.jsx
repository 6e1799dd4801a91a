// The draft drawn from left to right. The library for it is used in this file and the one with its
// parts, and nowhere else. It is one tab stop; the outline is the way for keys and screen readers.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Background, MiniMap, ReactFlow, ReactFlowProvider, applyNodeChanges, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { addOption, duplicate, moveOption } from "./acts.js";
import { AnswerEdge, SIZED, StepCard } from "./canvas_parts.jsx";
import { optionsOf, same } from "./draft_model.js";
import { CARD, childrenOf, layout } from "./layout.js";
import { branchSizes } from "./shape.js";
import { useClipboard } from "./use_clipboard.jsx";
import { useEditor } from "./use_editor.jsx";

const NODE_TYPES = { step: StepCard };
const EDGE_TYPES = { answer: AnswerEdge };
const READABLE = 0.75; // a tree that fits only with smaller cards begins at its start instead
const MARGIN = 40;
const MAP_FROM = 30;
const MAP = {
  ariaLabel: "Map of the tree",
  bgColor: "var(--surface)",
  maskColor: "var(--sunken)",
  nodeColor: "var(--border-strong)",
  style: { width: 150, height: 110 },
};
const round = ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) });

export function Canvas(props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

// Whether a card would look the same.
const isAlike = (one, other) =>
  Object.keys(other).every((name) => one[name] === other[name] || (name === "chips" && same(one.chips, other.chips)));

// The cards and lines of a draft, made again only for what changed.
function useDrawn({ folded, setFolded, tones }) {
  const { draft, shape, span, incoming, chosen, marks, others, isStart, seen } = useEditor();
  const places = useMemo(() => layout(shape, folded), [shape, folded]);
  const children = useMemo(() => childrenOf(shape, span), [shape, span]);
  const sizes = useMemo(() => branchSizes(span.parents), [span]);
  const fold = useRef(null);
  fold.current = (key) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  const onFold = useCallback((key) => fold.current(key), []);
  const kept = useRef(new Map());
  const cards = useMemo(() => {
    const before = kept.current;
    kept.current = new Map();
    const isAbove = (key, below) => {
      for (let at = below; at; at = span.parents.get(at)?.key) if (at === key) return true;
      return false;
    };
    return [...places].map(([key, position]) => {
      const step = draft.steps.get(key);
      const others_ = (incoming.get(key) ?? []).filter(({ from, option }) => {
        const above = span.parents.get(key);
        return !(above?.key === from && above.option === option.key);
      });
      const back = optionsOf(step)
        .filter(({ to }) => draft.steps.has(to) && isAbove(to, key))
        .map(({ to }) => `goes back to ${draft.steps.get(to).title}`);
      const missing = optionsOf(step).filter(({ to }) => !draft.steps.has(to)).map(({ label }) => `${label}: leads nowhere`);
      const chips = [...missing, ...back];
      if (others_.length > 1) chips.push(`${others_.length} more lead here`);
      const below = children.get(key);
      const made = {
        step,
        isStart: isStart(key),
        isChosen: key === chosen,
        hasChildren: below.length > 0,
        hidden: folded.has(key) ? sizes.get(key) - 1 : 0,
        chips,
        mark: marks.get(key) ?? "",
        here: others.get(key) ?? null,
        tone: tones?.get(key) ?? "",
        isSeen: seen.steps.has(key),
        onFold,
      };
      const was = before.get(key);
      const data = was && isAlike(was, made) ? was : made;
      kept.current.set(key, data);
      return { id: key, type: "step", position, ...SIZED, data };
    });
  }, [places, draft, chosen, marks, others, tones, seen]);
  const lines = useMemo(() => {
    const found = [];
    for (const key of places.keys()) {
      for (const option of optionsOf(shape.steps.get(key))) {
        if (!places.has(option.to)) continue;
        const above = span.parents.get(option.to);
        const isOwn = above?.key === key && above.option === option.key;
        found.push({
          id: `${key} ${option.key}`,
          source: key,
          target: option.to,
          type: "answer",
          data: { label: option.label, isOwn, option: option.key, isSeen: seen.answers.has(`${key}:${option.key}`) },
        });
      }
    }
    return found;
  }, [places, seen]);
  return { cards, lines, places, span, children };
}

function Flow({ folded, setFolded, tones, isReadOnly = false }) {
  const { desk, draft, chosen, choose, openStep, say, askRemoval, tryFrom } = useEditor();
  const { cards, lines, places, span, children } = useDrawn({ folded, setFolded, tones });
  const [nodes, setNodes] = useState(cards);
  const root = useRef(null);
  const flow = useReactFlow();
  const dropped = useRef(false);

  useEffect(() => {
    // What is being dragged, and what is selected, stays so under a change by somebody else.
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return cards.map((card) => {
        const was = known.get(card.id) ?? {};
        const position = was.dragging ? was.position : card.position;
        const isSame = was.data === card.data && was.position.x === position.x && was.position.y === position.y;
        return isSame ? was : { ...card, selected: was.selected, dragging: was.dragging, position };
      });
    });
  }, [cards]);

  const show = (key) => {
    const place = places.get(key);
    if (!place) return;
    const { x, y, zoom } = flow.getViewport();
    const left = place.x * zoom + x;
    const top = place.y * zoom + y;
    const { clientWidth: width, clientHeight: height } = root.current;
    if (left > 0 && top > 0 && left + CARD.width * zoom < width && top + CARD.height * zoom < height) return;
    flow.setCenter(place.x + CARD.width / 2, place.y + CARD.height / 2, { zoom });
  };
  const begin = async () => {
    await flow.fitView({ padding: 0.1, maxZoom: 1 });
    if (!root.current || flow.getZoom() >= READABLE) return;
    const start = places.get(draft.head.start) ?? { x: 0, y: 0 };
    const middle = root.current.clientHeight / 2;
    await flow.setViewport({
      x: MARGIN - start.x * READABLE,
      y: middle - (start.y + CARD.height / 2) * READABLE,
      zoom: READABLE,
    });
    if (root.current) show(chosen);
  };
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) show(chosen);
    isFirst.current = false;
  }, [chosen]);

  const tidy = () => {
    const made = layout(draft, new Set(), { keepPlaced: true });
    const positions = [...made].filter(([key]) => draft.steps.get(key).x === null).map(([node, place]) => ({ node, ...round(place) }));
    if (desk.act([{ op: "move", positions }], "Tidy up")) say(`Placed ${positions.length} steps.`);
    else say("Every step already has a place.");
  };
  const placeAll = () => {
    const positions = [...draft.steps.values()].filter(({ x }) => x !== null).map(({ key: node }) => ({ node, x: null, y: null }));
    if (desk.act([{ op: "move", positions }], "Reset the layout")) say("All steps are back in the automatic layout.");
  };
  const onDragStop = (_event, _node, moved) => {
    const positions = moved.map(({ id: node, position }) => ({ node, ...round(position) }));
    desk.act([{ op: "move", positions }], "Move on the canvas");
  };
  const onConnect = ({ source, target }) => {
    dropped.current = true;
    const { changes } = addOption(draft, source, { to: target });
    desk.act(changes, "Add an answer");
    choose(source);
  };
  const onConnectEnd = (event, state) => {
    if (dropped.current || state.toNode || state.fromHandle?.type !== "source") {
      dropped.current = false;
      return;
    }
    const { clientX, clientY } = event.changedTouches?.[0] ?? event;
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-key]")?.dataset.key;
    if (over) {
      // Anywhere on a card, not only where its line ends.
      if (over !== state.fromNode.id) onConnect({ source: state.fromNode.id, target: over });
      dropped.current = false;
      return;
    }
    const at = flow.screenToFlowPosition({ x: clientX, y: clientY });
    const { changes, key } = addOption(draft, state.fromNode.id, round({ x: at.x, y: at.y - CARD.height / 2 }));
    desk.act(changes, "Add an answer and a step");
    openStep(key);
  };
  const onReconnect = (line, { source, target }) => {
    if (source !== line.source) return say("An answer belongs to its step. Drag its other end.");
    return desk.act([{ op: "connect", node: source, option: line.data.option, to: target }], "Change where an answer leads");
  };

  const picked = nodes.filter((node) => node.selected).map(({ id }) => id);
  const neighbour = (key) => {
    const above = span.parents.get(key);
    const row = above ? children.get(above.key) : span.roots;
    const at = row.indexOf(key);
    return { up: row[at - 1], down: row[at + 1], left: above?.key, right: folded.has(key) ? undefined : children.get(key)[0] };
  };
  const onKeyDown = (event) => {
    if (event.target !== root.current || event.ctrlKey || event.metaKey) return;
    const next = neighbour(chosen);
    const above = span.parents.get(chosen);
    const go = (key) => {
      if (!key) return;
      choose(key);
      say(draft.steps.get(key).title);
    };
    const move = (by) => above && desk.act(moveOption(draft, above.key, above.option, by), "Move an answer");
    const act = {
      ArrowUp: () => (event.altKey ? move(-1) : go(next.up)),
      ArrowDown: () => (event.altKey ? move(1) : go(next.down)),
      ArrowLeft: () => go(next.left),
      ArrowRight: () => go(next.right),
      Home: () => go(draft.head.start),
      Enter: () => (event.shiftKey ? tryFrom(chosen) : openStep(chosen)),
      Delete: () => askRemoval(picked.length > 1 ? picked : [chosen]),
      Backspace: () => askRemoval(picked.length > 1 ? picked : [chosen]),
      "+": () => {
        const { changes, key } = addOption(draft, chosen);
        desk.act(changes, "Add an answer and a step");
        openStep(key);
      },
      d: () => {
        const { changes, key } = duplicate(draft, chosen);
        desk.act(changes, "Duplicate the step");
        choose(key);
      },
      "*": () => setFolded(new Set()),
      Escape: () => setNodes((all) => all.map((node) => ({ ...node, selected: false }))),
    }[event.key];
    if (!act || isReadOnly) return;
    event.preventDefault();
    act();
  };
  useClipboard({
    isHere: () => document.activeElement === root.current,
    keys: () => (picked.length > 1 ? picked : [chosen]),
    after: () => draft.head.start,
  });

  return (
    <div className="canvas-frame">
      <div className="canvas-tools" role="toolbar" aria-label="Canvas">
        <button type="button" className="tool" onClick={tidy} disabled={isReadOnly}>
          Tidy up
        </button>
        <button type="button" className="tool" onClick={placeAll} disabled={isReadOnly} title="Undo all placing by hand">
          Reset layout
        </button>
        <button type="button" className="tool" onClick={() => flow.fitView({ padding: 0.1 })}>
          Fit
        </button>
        <button type="button" className="tool" aria-label="Zoom out" onClick={() => flow.zoomOut()}>
          −
        </button>
        <button type="button" className="tool" aria-label="Zoom in" onClick={() => flow.zoomIn()}>
          +
        </button>
      </div>
      <div
        ref={root}
        className="canvas"
        tabIndex={0}
        role="group"
        aria-label={`Canvas. ${draft.steps.get(chosen)?.title ?? ""}. Arrows move from step to step; Enter edits.`}
        onKeyDown={onKeyDown}
      >
        <ReactFlow
          nodes={nodes}
          edges={lines}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onInit={begin}
          onNodesChange={(changes) => setNodes((all) => applyNodeChanges(changes, all))}
          onNodeClick={(event, { id }) => {
            if (!event.shiftKey) choose(id);
            root.current.focus({ preventScroll: true });
          }}
          onNodeDoubleClick={(_event, { id }) => openStep(id)}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={(event, moved) => onDragStop(event, null, moved)}
          onConnect={onConnect}
          onConnectEnd={onConnectEnd}
          onReconnect={onReconnect}
          nodesDraggable={!isReadOnly}
          nodesConnectable={!isReadOnly}
          edgesReconnectable={!isReadOnly}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          multiSelectionKeyCode="Shift"
          onlyRenderVisibleElements
          minZoom={0.05}
          maxZoom={1.5}
          zoomOnDoubleClick={false}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={24} size={1} />
          {cards.length > MAP_FROM && <MiniMap pannable zoomable {...MAP} />}
        </ReactFlow>
      </div>
    </div>
  );
}
