// What is in a form's fields, kept in the browser until the form was taken.
import { useEffect, useRef, useState } from "react";
import { box } from "./text_store.js";
import { useOwner } from "./typed_text.jsx";

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
