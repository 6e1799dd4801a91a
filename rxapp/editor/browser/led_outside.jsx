// After a paste: lists the answers whose steps were not copied, until each leads somewhere.
import { useState } from "react";
import { optionOf } from "./draft_model.js";
import { useEditor } from "./use_editor.jsx";
import { answers } from "./words.js";

// Returns the answers as {node, option}, a function that adds some, and one that clears the list.
export function useLeft() {
  const [left, setLeft] = useState([]);
  return [left, (more) => setLeft([...left, ...more]), () => setLeft([])];
}

export function LedOutside({ left, onDone }) {
  const { draft, openStep } = useEditor();
  const rows = left
    .map(({ node, option }) => ({ step: draft.steps.get(node), option: optionOf(draft.steps.get(node), option) }))
    .filter(({ option }) => option && !draft.steps.has(option.to));
  if (!rows.length) return null;
  const isOne = rows.length === 1;
  return (
    <section className="banner banner-warn led-outside" role="status" aria-label="Answers that led outside">
      <p>
        {answers(rows.length)} led to {isOne ? "a step that was" : "steps that were"} not copied. {isOne ? "It leads" : "They lead"} nowhere now:
      </p>
      <button type="button" className="btn btn-quiet btn-icon" aria-label="Dismiss" onClick={onDone}>
        ✕
      </button>
      <ul className="leads-here">
        {rows.map(({ step, option }) => (
          <li key={option.key}>
            <button type="button" className="chip" onClick={() => openStep(step.key)}>
              {step.title}: {option.label}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
