// What stands on the canvas: the card of a step, and the line of an answer.
import { memo } from "react";
import { BaseEdge, EdgeLabelRenderer, Handle, Position, getBezierPath } from "@xyflow/react";
import { CARD } from "./layout.js";

const SIGN = { decision: "?", action: "!", solution: "✓" };
const CHIPS = 3;

export const StepCard = memo(function StepCard({ data, selected }) {
  const { step, isStart, isChosen, hidden, hasChildren, chips, mark, here, tone, isSeen, onFold } = data;
  return (
    <div
      className={`canvas-card canvas-${step.kind} ${tone ? `canvas-tone-${tone}` : ""}`}
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
        {tone && <span className="badge">{tone}</span>}
        {isSeen && <span className="badge badge-seen">Seen</span>}
        {chips.slice(0, CHIPS).map((chip) => (
          <span key={chip} className="canvas-chip" title={chip}>
            {chip}
          </span>
        ))}
        {chips.length > CHIPS && <span className="canvas-chip">+{chips.length - CHIPS}</span>}
        {here?.map((author) => (
          <span key={author.client} className={`who who-${author.color}`} title={`${author.name} is here`}>
            {author.initials}
          </span>
        ))}
      </div>
      {hasChildren && (
        <button type="button" tabIndex={-1} className="canvas-fold nodrag" aria-label={hidden ? `Open: ${hidden} steps hidden` : "Fold"} onClick={() => onFold(step.key)}>
          {hidden ? `+${hidden}` : "–"}
        </button>
      )}
      <Handle type="source" position={Position.Right} isConnectable />
    </div>
  );
});

export const AnswerEdge = memo(function AnswerEdge(props) {
  const { id, sourceX, sourceY, targetX, targetY, data, selected } = props;
  const [path, x, y] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
  });
  // Beside its target the label of an answer stands clear of those of its siblings.
  const at = data.isOwn ? { x: targetX - 52, y: targetY } : { x, y };
  return (
    <>
      <BaseEdge id={id} path={path} className={`canvas-line ${data.isOwn ? "" : "canvas-back"} ${data.isSeen ? "canvas-seen" : ""}`} data-selected={selected} />
      <EdgeLabelRenderer>
        <span className="canvas-answer" data-seen={data.isSeen} style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }} title={data.isSeen ? `${data.label} (seen)` : data.label}>
          {data.isSeen ? "✓ " : ""}
          {data.label}
        </span>
      </EdgeLabelRenderer>
    </>
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
