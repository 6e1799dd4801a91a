// A text that is saved while it is typed, and that nothing but its author's keys ever changes.
//
// What is typed is kept in the browser until the server acknowledges it, so a cut connection, a
// closed tab or a restarted server loses nothing. `docKey` names the text; `acks` maps a docKey to
// the newest revision that the server has.
import { useCallback, useEffect, useRef, useState } from "react";

const PAUSE_MS = 500;
const RETRY_MS = 4000;
const STORE = "rf-draft:";

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(STORE + key));
  } catch {
    return null;
  }
}

function store(key, draft) {
  try {
    if (draft) localStorage.setItem(STORE + key, JSON.stringify(draft));
    else localStorage.removeItem(STORE + key);
  } catch {
    // Private windows may refuse storage; the text is still on screen and being sent.
  }
}

export function AutosaveText({
  docKey,
  value = "",
  acks = {},
  onSave,
  label,
  hideLabel = false,
  placeholder,
  hotkey,
  rows = 3,
  singleLine = false,
  maxLength,
  disabled = false,
}) {
  const [text, setText] = useState(value);
  const [status, setStatus] = useState("saved");
  const pending = useRef(new Map());
  const timer = useRef(null);
  const field = useRef(null);
  const key = useRef(docKey);
  const save = useRef(onSave);
  save.current = onSave;

  const send = useCallback((which) => {
    const draft = pending.current.get(which);
    if (draft && save.current) save.current(which, draft.text, draft.revision);
  }, []);

  const sendAll = useCallback(() => {
    clearTimeout(timer.current);
    for (const which of pending.current.keys()) send(which);
    if (pending.current.size) timer.current = setTimeout(sendAll, RETRY_MS);
  }, [send]);

  const type = (next) => {
    const draft = { text: next, revision: Date.now() };
    setText(next);
    setStatus("saving");
    pending.current.set(docKey, draft);
    store(docKey, draft);
    clearTimeout(timer.current);
    timer.current = setTimeout(sendAll, PAUSE_MS);
  };

  // Another document: send what is left of the one before, then show the new one's newest text.
  useEffect(() => {
    if (key.current !== docKey) sendAll();
    key.current = docKey;
    const draft = disabled ? null : stored(docKey);
    if (draft && !(acks[docKey] >= draft.revision)) {
      pending.current.set(docKey, draft);
      setText(draft.text);
      setStatus("saving");
      sendAll();
    } else {
      setText(value);
      setStatus("saved");
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [docKey, disabled]);

  useEffect(() => {
    for (const [which, draft] of [...pending.current]) {
      if (acks[which] >= draft.revision) {
        pending.current.delete(which);
        store(which, null);
      }
    }
    if (!pending.current.has(docKey)) setStatus("saved");
    if (!pending.current.size) clearTimeout(timer.current);
  }, [acks, docKey]);

  useEffect(() => {
    const untouched = !pending.current.has(docKey) && document.activeElement !== field.current;
    if (untouched) setText(value);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [value]);

  useEffect(() => {
    const leave = () => sendAll();
    window.addEventListener("pagehide", leave);
    window.addEventListener("online", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("online", leave);
      leave();
      clearTimeout(timer.current);
    };
  }, [sendAll]);

  const Field = singleLine ? "input" : "textarea";
  return (
    <label className="field autosave">
      <span className={hideLabel ? "field-head sr-only" : "field-head"}>
        <span className="field-label">{label}</span>
        <span className="field-status" role="status" data-status={status}>
          {status === "saving" ? "Saving…" : ""}
        </span>
      </span>
      <Field
        ref={field}
        className="input"
        value={text}
        rows={singleLine ? undefined : rows}
        placeholder={placeholder}
        maxLength={maxLength}
        disabled={disabled}
        data-hotkey={hotkey}
        onChange={(event) => type(event.target.value)}
        onBlur={sendAll}
        autoComplete="off"
      />
    </label>
  );
}
