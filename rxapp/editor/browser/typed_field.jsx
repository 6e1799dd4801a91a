// A field whose text is saved while somebody types.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { NEARLY, count, number } from "../../web/widgets/field_limit.jsx";
import { fieldOf } from "./draft_desk.js";
import { trimmed } from "./limits.js";
import { useEditor } from "./use_editor.jsx";

// The text in the field. It may have spaces at its ends, which the draft drops. `change(text)` returns the
// change that sets it.
export function useTyped(value, change) {
  const { desk } = useEditor();
  const [text, setText] = useState(value);
  const field = useRef(null);
  const caret = useRef(null);
  useEffect(() => {
    if (trimmed(text) === value) return;
    if (document.activeElement === field.current) {
      caret.current = [field.current.selectionStart, field.current.selectionEnd];
    }
    setText(value);
  }, [value]);
  useLayoutEffect(() => {
    if (caret.current) field.current?.setSelectionRange(...caret.current);
    caret.current = null;
  });
  const type = (next) => {
    setText(next);
    if (trimmed(next) !== value) desk.type(change(trimmed(next)));
  };
  return { text, type, field };
}

// Below a field: why its text is not saved, or how many characters are left.
export function FieldWords({ id, change, text, limit }) {
  const { asking } = useEditor();
  const name = fieldOf(change);
  const entry = asking.find((each) => fieldOf(each.change) === name);
  const wrong = entry?.problem || (entry?.question?.reason === "refused" ? entry.question.why : "");
  const left = limit - count(text);
  const hint = limit && left < limit * (1 - NEARLY) && left >= 0 && limit > 60 ? `${number(left)} characters left` : "";
  return (
    <span id={id} className={wrong ? "field-error" : "field-hint num"} aria-live="polite">
      {wrong || hint}
    </span>
  );
}

export function TypedField({ label, value, change, limit, rows = 0, hideLabel = false, className = "", ...props }) {
  const { text, type, field } = useTyped(value, change);
  const id = useId();
  const Field = rows ? "textarea" : "input";
  const size = rows ? { rows } : { type: "text", autoComplete: "off" };
  return (
    <div className={`field ${className}`}>
      <label className={hideLabel ? "sr-only" : "field-label"} htmlFor={id}>
        {label}
      </label>
      <Field
        {...size}
        {...props}
        id={id}
        ref={field}
        className={`input ${props.mono ? "mono" : ""}`}
        mono={undefined}
        value={text}
        aria-describedby={`${id}-words`}
        onChange={(event) => type(event.target.value)}
      />
      <FieldWords id={`${id}-words`} change={change(trimmed(text))} text={trimmed(text)} limit={limit} />
    </div>
  );
}
