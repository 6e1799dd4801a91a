// Fields for text that is typed: saved as it is typed, or kept in the browser until a form is taken.
// No field cuts what is put into it: what is too long is said beside it, and it is not sent.
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { box, desk } from "./text_desk.js";

const NEARLY = 0.9;
const count = (text) => [...text].length;
const number = (value) => value.toLocaleString("en-US");

function tooLong(text, limit) {
  const over = count(text) - limit;
  return over > 0 ? `${number(over)} character${over === 1 ? "" : "s"} too long. The limit is ${number(limit)}.` : "";
}

function useOwner() {
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

// `docKey` names the text as `note:session:step` or `field:session`; `value` and `revision` are what
// the page knows of it.
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
            {long} {view.isKept ? "It is kept here whole." : ""}
          </span>
        ) : null}
        {left === null ? null : <span className="field-hint num">{number(left)} characters left</span>}
        {view.isKept ? null : (
          <span className="field-error" role="alert">
            This browser cannot keep it. Leave this page open until it is saved.
          </span>
        )}
      </div>
      {view.theirs ? <Question entry={entry} theirs={view.theirs.text} mine={text} /> : null}
      {view.status === "refused" ? <Refused entry={entry} why={view.why} text={text} /> : null}
    </div>
  );
}

// Somebody, or another tab, wrote meanwhile. Nothing is lost until a person has chosen.
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

// The session is in other hands: what was typed is still theirs who typed it, as a note.
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

// Says in a form how much too long the field beside it is, and keeps the form from being sent.
export function FieldLimit({ limit }) {
  const own = useRef(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const field = own.current?.parentElement?.querySelector("input, textarea");
    if (!field) return undefined;
    const look = () => {
      const long = tooLong(field.value, limit);
      field.setCustomValidity(long);
      if (long) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      setText(field.value);
    };
    look();
    field.addEventListener("input", look);
    return () => field.removeEventListener("input", look);
  }, [limit]);
  const long = tooLong(text, limit);
  const left = limit - count(text);
  return (
    <span ref={own} className={long ? "field-error" : "field-hint num"} aria-live="polite">
      {long || (left < limit * (1 - NEARLY) && limit > 60 ? `${number(left)} characters left` : "")}
    </span>
  );
}

const KEPT_FIELDS = "input:not([type=password]):not([type=hidden]), textarea, select";
const TAKEN_MS = 10000;

// Inside a form: keeps what is in its fields until the form was taken. Closing a dialog keeps it; a
// form that disappears right after it was sent was taken.
export function KeptFields({ keepKey }) {
  const owner = useOwner();
  const own = useRef(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const form = own.current?.closest("form");
    if (!form || !owner || !keepKey) return undefined;
    const place = `${owner}|form:${keepKey}`;
    let sentAt = 0;
    fill(form, box.get(place)?.fields ?? {});
    const keep = () => {
      sentAt = 0;
      setRefused(!box.put(place, { fields: read(form) }));
    };
    const send = () => {
      sentAt = Date.now();
    };
    const giveUp = (event) => {
      if (event.type === "cancel" || event.target.closest?.("button[type=button]")) sentAt = 0;
    };
    const frame = form.closest("dialog") ?? form;
    form.addEventListener("input", keep);
    form.addEventListener("submit", send);
    frame.addEventListener("click", giveUp, true);
    frame.addEventListener("cancel", giveUp, true);
    return () => {
      form.removeEventListener("input", keep);
      form.removeEventListener("submit", send);
      frame.removeEventListener("click", giveUp, true);
      frame.removeEventListener("cancel", giveUp, true);
      if (sentAt && Date.now() - sentAt < TAKEN_MS) box.drop(place);
    };
  }, [owner, keepKey]);
  return (
    <span ref={own} className="field-error" role="alert" hidden={!refused}>
      {refused ? "This browser cannot keep what you type. It is lost if you close this." : ""}
    </span>
  );
}

function read(form) {
  const fields = {};
  for (const each of form.querySelectorAll(KEPT_FIELDS)) {
    if (!each.name) continue;
    if (each.type === "radio" || each.type === "checkbox") {
      if (each.checked) fields[each.name] = each.value;
    } else fields[each.name] = each.value;
  }
  return fields;
}

function fill(form, fields) {
  for (const each of form.querySelectorAll(KEPT_FIELDS)) {
    const kept = fields[each.name];
    if (kept === undefined) continue;
    if (each.type === "radio" || each.type === "checkbox") each.checked = each.value === kept;
    else each.value = kept;
    each.dispatchEvent(new Event("input"));
  }
}

// In the shell: says whose texts these are, and lets nothing that needs them go ahead of them.
export function TextDesk({ owner }) {
  useEffect(() => desk.open(owner), [owner]);
  useEffect(() => {
    const goodbye = () => desk.goodbye();
    const back = () => desk.saveAll();
    const warn = (event) => {
      if (desk.unsaved().some((each) => !each.isKept)) event.preventDefault();
    };
    const passing = new WeakSet();
    const first = async (event) => {
      const target = event.target.closest?.("[data-saves-first]");
      if (!target || (event.type === "submit") !== (target.tagName === "FORM")) return;
      if (passing.has(target) || !desk.unsaved().length) return;
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
    window.addEventListener("pageshow", back);
    window.addEventListener("beforeunload", warn);
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    window.addEventListener("click", first, true);
    window.addEventListener("submit", first, true);
    return () => {
      window.removeEventListener("pagehide", goodbye);
      window.removeEventListener("pageshow", back);
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("online", back);
      window.removeEventListener("focus", back);
      window.removeEventListener("click", first, true);
      window.removeEventListener("submit", first, true);
    };
  }, []);
  return null;
}
