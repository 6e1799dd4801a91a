// The answers of a step: their labels, where they lead, and their order.
import { useEffect, useRef, useState } from "react";
import { addOption, addStep, label as setLabel, leadToNew, moveOption } from "./acts.js";
import { StepPicker } from "./step_picker.jsx";
import { TypedField } from "./typed_field.jsx";
import { useEditor } from "./use_editor.jsx";

function focusLabel(list, key) {
  const field = list?.querySelector(`[data-option="${CSS.escape(key)}"] input`);
  field?.focus();
  field?.select(); // so that typing replaces the proposed label
}

export function Options({ step }) {
  const { desk, draft, limits, choose } = useEditor();
  const list = useRef(null);
  const [focusOn, setFocusOn] = useState("");
  const [dragged, setDragged] = useState("");
  useEffect(() => {
    if (!focusOn) return;
    focusLabel(list.current, focusOn);
    setFocusOn("");
  }, [focusOn]);
  const add = () => {
    const { changes, option } = addOption(draft, step.key);
    desk.act(changes, "Add an answer");
    setFocusOn(option);
  };
  const drop = (onto) => {
    const keys = step.options.map(({ key }) => key);
    const by = keys.indexOf(onto) - keys.indexOf(dragged);
    if (dragged && by) desk.act(moveOption(draft, step.key, dragged, by), "Move an answer");
    setDragged("");
  };
  return (
    <section className="stack-tight" aria-label="Answers">
      <h3>Answers</h3>
      <ol ref={list} className="option-list">
        {step.options.map((option, n) => (
          <OptionRow
            key={option.key}
            step={step}
            option={option}
            isFirst={n === 0}
            isLast={n === step.options.length - 1}
            onDragStart={() => setDragged(option.key)}
            onDrop={() => drop(option.key)}
            onMove={(by) => {
              desk.act(moveOption(draft, step.key, option.key, by), "Move an answer");
              setFocusOn(option.key);
            }}
            onOpen={() => choose(option.to)}
          />
        ))}
      </ol>
      {step.options.length < limits.options ? (
        <button type="button" className="btn" data-add-option="" onClick={add}>
          Add an answer
        </button>
      ) : (
        <p className="field-hint">A step may have at most {limits.options} answers.</p>
      )}
    </section>
  );
}

function OptionRow({ step, option, isFirst, isLast, onDragStart, onDrop, onMove, onOpen }) {
  const { desk, draft, limits } = useEditor();
  const target = draft.steps.get(option.to);
  const lead = (to) => desk.act([{ op: "connect", node: step.key, option: option.key, to }], "Change where an answer leads");
  const leadToTitle = (title) => {
    const { changes, key } = leadToNew(step.key, option.key);
    if (title) changes[0] = addStep({ title }).changes[0];
    if (title) changes[1] = { ...changes[1], to: changes[0].node.key };
    desk.act(changes, "Add a step");
    return key;
  };
  const onKeyDown = (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  const name = option.label || "this answer";
  return (
    <li
      className="option-row"
      data-option={option.key}
      onKeyDown={onKeyDown}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <span className="grip" draggable onDragStart={onDragStart} title="Drag to move, or press Alt and an arrow" aria-hidden="true">
        ⠿
      </span>
      <TypedField
        label="Answer"
        hideLabel
        value={option.label}
        limit={limits.label}
        change={(text) => setLabel(step.key, option.key, text)}
      />
      <span className="leads muted" aria-hidden="true">
        →
      </span>
      <StepPicker
        label={`Where “${name}” leads`}
        text={target ? target.title : `${option.to} (missing)`}
        exclude={step.key}
        onPick={lead}
        onNew={leadToTitle}
      />
      <div className="option-tools">
        <button type="button" className="tool" disabled={isFirst} aria-label={`Move “${name}” up`} onClick={() => onMove(-1)}>
          ↑
        </button>
        <button type="button" className="tool" disabled={isLast} aria-label={`Move “${name}” down`} onClick={() => onMove(1)}>
          ↓
        </button>
        <button type="button" className="tool" disabled={!target} aria-label={`Open the step that “${name}” leads to`} onClick={onOpen}>
          Open
        </button>
        <button
          type="button"
          className="tool tool-danger"
          aria-label={`Remove “${name}”`}
          onClick={() => desk.act([{ op: "remove_option", node: step.key, option: option.key }], "Remove an answer")}
        >
          ✕
        </button>
      </div>
    </li>
  );
}
