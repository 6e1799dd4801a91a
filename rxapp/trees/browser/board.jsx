// A tree drawn from left to right, to be looked at or written. The library for it is used in this file
// and the one with its parts, and nowhere else. It is one tab stop; lists are the way for keys and
// screen readers.
import { useMemo, useRef, useState } from "react";
import { MiniMap, ReactFlow, ReactFlowProvider, applyNodeChanges, useReactFlow, useStore } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { AnswerEdge, FarLines, StepCard } from "./canvas_parts.jsx";
import { CARD, childrenOf } from "./layout.js";
import { Sources } from "./sources.jsx";
import { useDrawn } from "./use_drawn.jsx";
import { useStay } from "./use_stay.jsx";

const NODE_TYPES = { step: StepCard };
const EDGE_TYPES = { answer: AnswerEdge };
const NO_LINES = [];
const READABLE = 0.75; // a tree that fits only with smaller cards begins at its start instead
const FAR = 0.35; // nobody can read a card any more
const MANY = 150; // cards that the browser still draws in full, however small
const MARGIN = 40;
const MAP_FROM = 30;
const TONE_COLORS = { added: "var(--ok)", removed: "var(--danger)", changed: "var(--warn)" };
const MAP = {
  ariaLabel: "Map of the tree",
  bgColor: "var(--surface)",
  maskColor: "var(--sunken)",
  nodeColor: ({ data }) => TONE_COLORS[data.tone?.name] ?? "var(--border-strong)",
  style: { width: 150, height: 110 },
};
const SETTINGS = {
  nodeTypes: NODE_TYPES,
  edgeTypes: EDGE_TYPES,
  nodesFocusable: false,
  edgesFocusable: false,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  multiSelectionKeyCode: "Shift",
  onlyRenderVisibleElements: true,
  minZoom: 0.05,
  maxZoom: 1.5,
  zoomOnDoubleClick: false,
  proOptions: { hideAttribution: true },
};
const HANDLERS = [
  ...["onInit", "onMove", "onMoveEnd", "onNodesChange", "onNodeClick", "onNodeDoubleClick"],
  ...["onNodeDragStop", "onSelectionDragStop", "onConnect", "onConnectEnd", "onReconnect"],
];
const isFarAway = ({ transform }) => transform[2] < FAR;

// `draft` has the steps as they are, `shape` as they were when the shape last changed, `span` and
// `edges` what `spanningTree` and `incoming` make of it. `marks`, `others`, `seen`, `tones` and
// `lineTones` say more of a step or an answer; the last two colour it. `choose(key)` also unfolds what hides a
// step, `onOpen(key)` opens it. `edit` is what a writer can do: {tools, keys, onDrag, onConnect, onNew,
// onReconnect, hold}; without it the board is read only.
export function Board(props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

// The same functions for as long as the board is there, whatever they do now: the library looks at all
// cards and lines again whenever it gets another one.
function useSteady(handlers) {
  const now = useRef(handlers);
  now.current = handlers;
  return useMemo(() => Object.fromEntries(HANDLERS.map((name) => [name, (...values) => now.current[name](...values)])), []);
}

function Flow(props) {
  const { draft, shape, span, edges, folded, setFolded, chosen, choose, onOpen, say, label, edit } = props;
  const doing = useRef(null);
  const { cards, lines, places } = useDrawn({ ...props, doing });
  const children = useMemo(() => childrenOf(shape, span), [shape, span]);
  const [nodes, setNodes] = useState(cards);
  const [listed, setListed] = useState(null);
  const root = useRef(null);
  const flow = useReactFlow();
  // From afar cards have no words, and the lines are drawn as a whole.
  const isFar = useStore(isFarAway) && cards.length > MANY;
  const dropped = useRef(false);

  const isShown = (place) => {
    const { x, y, zoom } = flow.getViewport();
    const left = place.x * zoom + x;
    const top = place.y * zoom + y;
    const { clientWidth: width, clientHeight: height } = root.current;
    return left > 0 && top > 0 && left + CARD.width * zoom < width && top + CARD.height * zoom < height;
  };
  const show = (key) => {
    const place = places.get(key);
    if (!place || isShown(place)) return;
    flow.setCenter(place.x + CARD.width / 2, place.y + CARD.height / 2, { zoom: flow.getZoom() });
  };
  const acted = useStay({ cards, nodes, setNodes, places, shape, chosen, isShown, show, flow, root });
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
  const fold = (key) => {
    acted.current = key;
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  const list = (key, button) => setListed({ key, box: button.getBoundingClientRect() });
  doing.current = { choose, fold, list };

  const picked = nodes.filter((node) => node.selected).map(({ id }) => id);
  if (edit) edit.hold.current = { root: root.current, picked: picked.length > 1 ? picked : [chosen] };
  const onConnect = ({ source, target }) => {
    dropped.current = true;
    edit.onConnect(source, target);
  };
  const onConnectEnd = (event, state) => {
    const isDone = dropped.current || state.fromHandle?.type !== "source";
    dropped.current = false;
    if (isDone) return undefined;
    const { clientX, clientY } = event.changedTouches?.[0] ?? event;
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-key]")?.dataset.key;
    const source = state.fromNode.id;
    // Anywhere on a card, not only where its line ends.
    if (over) return over === source ? undefined : edit.onConnect(source, over);
    const at = flow.screenToFlowPosition({ x: clientX, y: clientY });
    return edit.onNew(source, { x: at.x, y: at.y - CARD.height / 2 });
  };
  const zoom = useRef(0);
  const handlers = useSteady({
    onInit: begin,
    // A layer of its own moves without being painted; one that is zoomed would be blurred.
    onMove: (_event, viewport) => {
      root.current.classList.toggle("canvas-moving", viewport.zoom === zoom.current);
      zoom.current = viewport.zoom;
    },
    onMoveEnd: () => root.current?.classList.remove("canvas-moving"),
    onNodesChange: (changes) => setNodes((all) => applyNodeChanges(changes, all)),
    onNodeClick: (event, { id }) => {
      if (!event.shiftKey) choose(id);
      root.current.focus({ preventScroll: true });
    },
    onNodeDoubleClick: (_event, { id }) => onOpen?.(id),
    onNodeDragStop: (_event, _node, moved) => edit?.onDrag(moved),
    onSelectionDragStop: (_event, moved) => edit?.onDrag(moved),
    onConnect,
    onConnectEnd,
    onReconnect: (line, { source, target }) => edit.onReconnect(line, source, target),
  });

  const go = (key) => {
    if (!key) return;
    choose(key);
    say(draft.steps.get(key).title);
  };
  const unfoldAll = () => setFolded(new Set());
  const unselect = () => setNodes((all) => all.map((node) => ({ ...node, selected: false })));
  const onKeyDown = (event) => {
    if (event.target !== root.current || event.ctrlKey || event.metaKey) return;
    const above = span.parents.get(chosen);
    const row = above ? children.get(above.key) : span.roots;
    const at = row.indexOf(chosen);
    const act =
      edit?.keys(event) ??
      {
        ArrowUp: () => go(row[at - 1]),
        ArrowDown: () => go(row[at + 1]),
        ArrowLeft: () => go(above?.key),
        ArrowRight: () => go(folded.has(chosen) ? undefined : children.get(chosen)[0]),
        Home: () => go(draft.head.start),
        Enter: () => onOpen?.(chosen),
        "*": unfoldAll,
        Escape: unselect,
      }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div className="canvas-frame">
      <div className="canvas-tools" role="toolbar" aria-label="Canvas">
        {edit?.tools}
        <button type="button" className="tool" onClick={unfoldAll} disabled={!folded.size}>
          Open all
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
        className={`canvas ${isFar ? "canvas-far" : ""} ${edit ? "" : "canvas-read"}`}
        tabIndex={0}
        role="group"
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        <ReactFlow
          nodes={nodes}
          edges={isFar ? NO_LINES : lines}
          nodesDraggable={Boolean(edit)}
          nodesConnectable={Boolean(edit)}
          edgesReconnectable={Boolean(edit)}
          {...SETTINGS}
          {...handlers}
        >
          {isFar && <FarLines lines={lines} places={places} />}
          {cards.length > MAP_FROM && <MiniMap pannable zoomable {...MAP} />}
        </ReactFlow>
      </div>
      {listed && edges.has(listed.key) && (
        <Sources
          shown={listed}
          draft={draft}
          edges={edges}
          onChoose={(key) => {
            setListed(null);
            choose(key);
          }}
          onClose={() => setListed(null)}
        />
      )}
    </div>
  );
}
