// Fields for text that is saved while it is typed, and what the page does around them.
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { NEARLY, count, number, tooLong } from "./field_limit.jsx";
import { desk } from "./text_desk.js";

export function useOwner() {
  const subscribe = useCallback((listener) => {
    desk.owners.add(listener);
    return () => desk.owners.delete(listener);
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => desk.owner,
    () => "",
  );
}

const UNTYPED = { text: "", status: "untouched", theirs: null, why: "", isKept: true };
const WORDS = {
  untouched: "",
  saving: "Saving…",
  saved: "Saved",
  kept: "Kept here, not saved yet",
  unkept: "Not saved yet",
  asks: "Not saved yet",
  long: "Not saved",
  refused: "Not saved",
};

// `docKey` names the text: `note:session:step` or `field:session`; `value` and `revision` are the
// ones that the page has.
export function AutosaveText({
  docKey,
  value = "",
  revision = 0,
  label,
  hideLabel = false,
  placeholder,
  hotkey,
  rows = 3,
  singleLine = false,
  limit,
  disabled = false,
}) {
  const owner = useOwner();
  const field = useRef(null);
  const caret = useRef(null);
  const id = useId();
  const entry = useMemo(
    () => (owner ? desk.entry(docKey, { value, revision, single: singleLine, limit }) : null),
    [owner, docKey],
  );
  const subscribe = useCallback(
    (listener) => {
      if (!entry) return () => {};
      entry.listeners.add(listener);
      entry.shown += 1;
      return () => {
        entry.listeners.delete(listener);
        entry.shown -= 1;
        if (entry.saved.isDirty) entry.save();
        desk.leave(entry);
      };
    },
    [entry],
  );
  const view = useSyncExternalStore(
    subscribe,
    () => entry?.view ?? UNTYPED,
    () => UNTYPED,
  );
  const text = entry ? view.text : value;

  useEffect(() => {
    if (!entry) return;
    const place = [field.current.selectionStart, field.current.selectionEnd];
    const before = entry.view.text;
    entry.hear({ text: value, revision });
    const isTypedIn = document.activeElement === field.current;
    if (isTypedIn && entry.view.text !== before) caret.current = place;
  }, [entry, value, revision]);
  useLayoutEffect(() => {
    if (caret.current) field.current?.setSelectionRange(...caret.current);
    caret.current = null;
  }, [text]);
  useEffect(() => {
    if (disabled || !entry?.saved.why) return;
    entry.saved.why = "";
    entry.save();
  }, [entry, disabled]);

  const long = limit ? tooLong(text, limit) : "";
  const left = limit && !long && count(text) > limit * NEARLY ? limit - count(text) : null;
  const Field = singleLine ? "input" : "textarea";
  return (
    <div className="field autosave">
      <div className={hideLabel ? "field-head sr-only" : "field-head"}>
        <label className="field-label" htmlFor={id}>
          {label}
        </label>
        <span className="field-status" role="status" data-status={view.status}>
          {WORDS[view.status]}
        </span>
      </div>
      <Field
        ref={field}
        id={id}
        className="input"
        value={text}
        rows={singleLine ? undefined : rows}
        placeholder={placeholder}
        disabled={disabled || !entry}
        data-hotkey={hotkey}
        data-text-key={docKey}
        aria-invalid={long ? true : undefined}
        aria-describedby={`${id}-about`}
        onChange={(event) => entry.type(event.target.value)}
        onBlur={() => entry?.save()}
        autoComplete="off"
      />
      <div id={`${id}-about`} className="field-about">
        {long ? (
          <span className="field-error" role="alert">
            {long} {view.isKept ? "All of it is kept here." : ""}
          </span>
        ) : null}
        {left === null ? null : <span className="field-hint num">{number(left)} characters left</span>}
        {view.isKept ? null : (
          <span className="field-error" role="alert">
            This browser cannot keep this text. Leave this page open until it is saved.
          </span>
        )}
      </div>
      {view.theirs ? <Question entry={entry} theirs={view.theirs.text} mine={text} /> : null}
      {view.status === "refused" ? <Refused entry={entry} why={view.why} text={text} /> : null}
    </div>
  );
}

// Somebody else, or another tab, has changed the text. Nothing is lost until a person has chosen.
function Question({ entry, theirs, mine }) {
  return (
    <div className="text-question" role="group" aria-label="Two versions of this text">
      <p role="alert">This text was changed somewhere else while you were typing.</p>
      <dl>
        <dt>Yours</dt>
        <dd>{mine || "(empty)"}</dd>
        <dt>Theirs</dt>
        <dd>{theirs || "(empty)"}</dd>
      </dl>
      <div className="row">
        <button type="button" className="btn" onClick={() => entry.choose("mine")}>
          Keep mine
        </button>
        <button type="button" className="btn" onClick={() => entry.choose("theirs")}>
          Keep theirs
        </button>
        <button type="button" className="btn btn-primary" onClick={() => entry.choose("both")}>
          Keep both
        </button>
      </div>
    </div>
  );
}

// Somebody else has the session now: whoever typed the text can still save it as a note.
function Refused({ entry, why, text }) {
  const [failed, setFailed] = useState("");
  const addToNotes = async () => setFailed((await desk.addToNotes(entry)) ?? "");
  return (
    <div className="text-question" role="group" aria-label="Text that is not saved">
      <p role="alert">{failed || why} What you typed is kept here:</p>
      <dl>
        <dd>{text || "(empty)"}</dd>
      </dl>
      <div className="row">
        <button type="button" className="btn" onClick={() => entry.drop()}>
          Discard
        </button>
        {entry.key.startsWith("note:") ? null : (
          <button type="button" className="btn btn-primary" onClick={addToNotes}>
            Add to my notes
          </button>
        )}
      </div>
    </div>
  );
}

// In the shell: knows whose texts these are, and saves them before actions that need them.
export function TextDesk({ owner, taken }) {
  useEffect(() => desk.open(owner), [owner]);
  useEffect(() => desk.formTaken(taken), [owner, taken]);
  useEffect(() => {
    const goodbye = () => desk.goodbye();
    const back = () => desk.saveAll();
    const shown = (event) => (event.persisted ? desk.comeBack() : desk.saveAll());
    const warn = (event) => {
      if (desk.unsaved().some((each) => !each.isKept)) event.preventDefault();
    };
    const passing = new WeakSet();
    const first = async (event) => {
      const target = event.target.closest?.("[data-saves-first]");
      if (!target || (event.type === "submit") !== (target.tagName === "FORM")) return;
      if (passing.has(target)) return;
      if (target.getAttribute("aria-busy") === "true") {
        event.preventDefault(); // pressed twice: the first press is still in progress
        event.stopImmediatePropagation();
        return;
      }
      if (!desk.unsaved().length) return;
      const waits = target.dataset.savesFirst !== "asks";
      if (!waits && !desk.blocked()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      target.setAttribute("aria-busy", "true");
      const blocked = waits ? await desk.flush() : desk.blocked();
      target.removeAttribute("aria-busy");
      if (blocked) {
        blocked.show();
        return;
      }
      passing.add(target);
      if (target.tagName === "FORM") target.requestSubmit();
      else target.click();
      passing.delete(target);
    };
    window.addEventListener("pagehide", goodbye);
    window.addEventListener("pageshow", shown);
    window.addEventListener("beforeunload", warn);
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    window.addEventListener("click", first, true);
    window.addEventListener("submit", first, true);
    return () => {
      window.removeEventListener("pagehide", goodbye);
      window.removeEventListener("pageshow", shown);
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("online", back);
      window.removeEventListener("focus", back);
      window.removeEventListener("click", first, true);
      window.removeEventListener("submit", first, true);
    };
  }, []);
  return null;
}
