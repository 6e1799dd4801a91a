// A form's text that survives a reload: kept in the browser until the form was taken.
// The form unmounts when the server took it; a refused one stays, with what was typed.
import { useEffect, useRef, useState } from "react";

const STORE = "rf-kept:";

function read(key) {
  try {
    return localStorage.getItem(STORE + key) ?? "";
  } catch {
    return "";
  }
}

function write(key, text) {
  try {
    if (text) localStorage.setItem(STORE + key, text);
    else localStorage.removeItem(STORE + key);
  } catch {
    // Without storage the text lives as long as the form.
  }
}

export function KeptText({ name, keepKey, label, hint, placeholder, rows = 4, required = false, maxLength, autoFocus }) {
  const [text, setText] = useState("");
  const field = useRef(null);
  const submitted = useRef(false);

  useEffect(() => setText(read(keepKey)), [keepKey]);
  useEffect(() => {
    const form = field.current?.form;
    const mark = () => {
      submitted.current = true;
    };
    form?.addEventListener("submit", mark);
    return () => {
      form?.removeEventListener("submit", mark);
      if (submitted.current) write(keepKey, "");
    };
  }, [keepKey]);

  const onChange = (event) => {
    submitted.current = false;
    setText(event.target.value);
    write(keepKey, event.target.value);
  };
  return (
    <label className="field">
      <span className="field-label">
        {label}
        {required ? <span className="required"> required</span> : null}
      </span>
      <textarea
        ref={field}
        className="input"
        name={name}
        value={text}
        rows={rows}
        required={required}
        maxLength={maxLength}
        placeholder={placeholder}
        autoFocus={autoFocus}
        onChange={onChange}
      />
      {hint ? <span className="field-hint">{hint}</span> : null}
    </label>
  );
}
