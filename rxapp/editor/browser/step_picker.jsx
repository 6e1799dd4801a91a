// A combobox that finds a step: the one that an answer leads to, or one to open.
import { useId, useRef, useState } from "react";
import { search } from "../../trees/browser/shape.js";
import { inOrder } from "../../trees/browser/steps.js";
import { useEditor } from "./use_editor.jsx";
import { KIND } from "./words.js";

const SHOWN = 12;

// Calls `onPick(key)` with the step, or `onNew(title)` to have a new one made.
export function StepPicker({ label, text = "", onPick, onNew, exclude, placeholder = "Find a step", autoFocus = false, isSearch = false }) {
  const { draft } = useEditor();
  const [words, setWords] = useState(null);
  const [at, setAt] = useState(0);
  const id = useId();
  const field = useRef(null);
  const isOpen = words !== null && (!isSearch || words !== "");
  const steps = isOpen ? (words.trim() ? search(draft, words) : inOrder(draft)).filter(({ key }) => key !== exclude) : [];
  const choices = steps.slice(0, SHOWN).map((step) => ({ key: step.key, title: step.title, kind: KIND[step.kind] }));
  if (onNew && isOpen) choices.push({ key: "", title: words.trim() ? `New step “${words.trim()}”` : "New step", kind: "" });
  const close = () => {
    setWords(null);
    setAt(0);
  };
  const pick = (choice) => {
    if (!choice) return;
    const typed = words.trim();
    close();
    if (choice.key) onPick(choice.key);
    else onNew(typed);
  };
  const onKeyDown = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) setWords("");
      else setAt((at + (event.key === "ArrowDown" ? 1 : choices.length - 1)) % Math.max(1, choices.length));
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      pick(choices[at]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="picker">
      <input
        ref={field}
        type="text"
        role="combobox"
        className="input"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && choices.length ? `${id}-${at}` : undefined}
        autoComplete="off"
        autoFocus={autoFocus}
        placeholder={placeholder}
        value={words ?? text}
        data-hotkey={isSearch ? "/" : undefined}
        onFocus={() => !isSearch && setWords("")}
        onBlur={close}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <ul id={`${id}-list`} role="listbox" className="picker-list" aria-label={label}>
          {choices.map((choice, n) => (
            <li
              key={choice.key || "new"}
              id={`${id}-${n}`}
              role="option"
              aria-selected={n === at}
              className="picker-choice"
              onMouseDown={(event) => {
                event.preventDefault();
                pick(choice);
              }}
            >
              <span>{choice.title}</span>
              <span className="muted small">{choice.kind}</span>
            </li>
          ))}
          {!choices.length && <li className="picker-none muted">No step has these words.</li>}
          {steps.length > SHOWN && <li className="picker-none muted">{steps.length - SHOWN} more: keep typing to narrow it down.</li>}
        </ul>
      )}
    </div>
  );
}
