// What stands on the canvas: the card of a step, the line of an answer, and all lines seen from afar.
import { memo, useMemo } from "react";
import { BaseEdge, EdgeLabelRenderer, Handle, Position, ViewportPortal, getBezierPath } from "@xyflow/react";
import { CARD } from "./layout.js";

const SIGN = { decision: "?", action: "!", solution: "✓" };
const CHIPS = 3;
const LABEL_HALF = 48; // of the width that canvas.css gives the label of an answer
const LABEL_UP = 9;

function Chip({ chip, doing }) {
  if (!chip.to && !chip.lists) {
    return (
      <span className="canvas-chip" title={chip.words}>
        {chip.words}
      </span>
    );
  }
  const onClick = (event) => {
    event.stopPropagation();
    if (chip.to) doing.current.choose(chip.to);
    else doing.current.list(chip.lists, event.currentTarget);
  };
  return (
    <button
      type="button"
      tabIndex={-1}
      className="canvas-chip nodrag"
      data-lists={chip.lists}
      title={chip.words}
      onClick={onClick}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {chip.words}
    </button>
  );
}

// `tone` colours a card and says so: {name, words}. `doing.current` has what its buttons do.
export const StepCard = memo(function StepCard({ data, selected }) {
  const { step, isStart, isChosen, hidden, hasChildren, chips, mark, here, tone, isSeen, doing } = data;
  return (
    <div
      className={`canvas-card canvas-${step.kind} ${tone ? `canvas-tone-${tone.name}` : ""}`}
      data-selected={selected}
      data-chosen={isChosen}
      data-seen={isSeen}
      data-key={step.key}
    >
      <Handle type="target" position={Position.Left} isConnectable />
      <div className="canvas-title">
        <span className={`kind kind-${step.kind}`}>{SIGN[step.kind]}</span>
        <span className="canvas-words">{step.title}</span>
        {mark && <span className={`dot dot-${mark}`} />}
      </div>
      <div className="canvas-foot">
        {isStart && <span className="badge badge-accent">Start</span>}
        {tone && <span className="badge canvas-tone">{tone.words}</span>}
        {isSeen && <span className="badge badge-seen">Seen</span>}
        {chips.slice(0, CHIPS).map((chip) => (
          <Chip key={chip.words} chip={chip} doing={doing} />
        ))}
        {chips.length > CHIPS && <span className="canvas-chip">+{chips.length - CHIPS}</span>}
        {here?.map((author) => (
          <span key={author.client} className={`who who-${author.color}`} title={`${author.name} is here`}>
            {author.initials}
          </span>
        ))}
      </div>
      {hasChildren && (
        <button
          type="button"
          tabIndex={-1}
          className="canvas-fold nodrag"
          aria-label={hidden ? `Open: ${hidden} steps hidden` : "Fold"}
          onClick={() => doing.current.fold(step.key)}
        >
          {hidden ? `+${hidden}` : "–"}
        </button>
      )}
      <Handle type="source" position={Position.Right} isConnectable />
    </div>
  );
});

const lineClass = ({ tone, isSeen }) => (tone ? `canvas-line-${tone.name}` : isSeen ? "canvas-seen" : "");

// `tone` colours a line and says so beside its label: {name, words}.
export const AnswerEdge = memo(function AnswerEdge(props) {
  const { id, sourceX, sourceY, targetX, targetY, data, selected } = props;
  const { label, isOwn, isSeen, tone } = data;
  const [path, x, y] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
  });
  // Beside its target the label of an answer stands clear of those of its siblings.
  const at = isOwn ? { x: targetX - LABEL_HALF - 4, y: targetY } : { x, y };
  const words = tone ? `${tone.words}: ${label}` : label;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={`canvas-line ${isOwn ? "" : "canvas-back"} ${lineClass(data)}`}
        data-selected={selected}
      />
      <EdgeLabelRenderer>
        <div className="canvas-answer" data-seen={isSeen} style={{ left: at.x - LABEL_HALF, top: at.y - LABEL_UP }}>
          <span className={tone ? `canvas-answer-${tone.name}` : ""} title={isSeen ? `${words} (seen)` : words}>
            {isSeen ? "✓ " : ""}
            {words}
          </span>
        </div>
      </EdgeLabelRenderer>
    </>
  );
});

const BAND = 2000; // a path no higher than this or a single line, so that most are not on the screen

function curve(from, to) {
  const x = from.x + CARD.width;
  const y = from.y + CARD.height / 2;
  const endY = to.y + CARD.height / 2;
  const bend = (x + to.x) / 2;
  return `M${x} ${y}C${bend} ${y} ${bend} ${endY} ${to.x} ${endY}`;
}

// All lines as a few paths: drawn one by one they would take most of a frame.
export const FarLines = memo(function FarLines({ lines, places }) {
  const paths = useMemo(() => {
    const found = new Map();
    for (const { source, target, data } of lines) {
      const place = places.get(source);
      const name = lineClass(data);
      const id = `${name} ${Math.floor(place.y / BAND)}`;
      if (!found.has(id)) found.set(id, { name, path: "" });
      found.get(id).path += curve(place, places.get(target));
    }
    return [...found];
  }, [lines, places]);
  return (
    <ViewportPortal>
      <svg className="canvas-far-lines" aria-hidden="true">
        {paths.map(([id, { name, path }]) => (
          <path key={id} d={path} className={name} />
        ))}
      </svg>
    </ViewportPortal>
  );
});

// Known sizes and handles: without them the library measures every card, and draws all of them.
export const SIZED = {
  width: CARD.width,
  height: CARD.height,
  measured: CARD, // or it fits only the cards that it has drawn into the window
  handles: [
    { type: "target", position: Position.Left, x: 0, y: CARD.height / 2, width: 1, height: 1 },
    { type: "source", position: Position.Right, x: CARD.width, y: CARD.height / 2, width: 1, height: 1 },
  ],
};
