// The steps that lead to one, in a list beside the card that was clicked.
import { useLayoutEffect, useRef } from "react";

const GAP = 4;

// `shown` is {key, box}: the step, and the rectangle of what was clicked.
export function Sources({ shown, draft, edges, onChoose, onClose }) {
  const list = useRef(null);
  useLayoutEffect(() => {
    const element = list.current;
    element.showPopover(); // the browser closes it at Escape and at a click elsewhere
    const { width, height } = element.getBoundingClientRect();
    const { left, top, bottom } = shown.box;
    const isBelow = bottom + GAP + height < window.innerHeight;
    element.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
    element.style.top = `${isBelow ? bottom + GAP : Math.max(GAP, top - GAP - height)}px`;
    element.querySelector("button")?.focus({ preventScroll: true });
  }, [shown]);
  const onKeyDown = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    event.stopPropagation();
    if (!by) return;
    event.preventDefault();
    const all = [...list.current.querySelectorAll("button")];
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  };
  return (
    <div
      ref={list}
      popover="auto"
      role="group"
      aria-label={`What leads to ${draft.steps.get(shown.key).title}`}
      className="canvas-sources"
      onKeyDown={onKeyDown}
      onToggle={(event) => event.newState === "closed" && onClose()}
    >
      {edges.get(shown.key).map(({ from, option }) => (
        <button key={`${from} ${option.key}`} type="button" onClick={() => onChoose(from)}>
          <span>{draft.steps.get(from).title}</span>
          <span className="muted small">{option.label}</span>
        </button>
      ))}
    </div>
  );
}
