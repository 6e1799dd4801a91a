// The content of a form's fields, kept in the browser until the form is accepted.
import { useEffect, useRef, useState } from "react";
import { box, newName } from "./text_store.js";
import { useOwner } from "./typed_text.jsx";

const KEPT_FIELDS = "input:not([type=password]):not([type=hidden]), textarea, select";

// Inside a form: keeps the content of its fields until the server has accepted it, however long that
// takes. Each state of the fields has a name, which the form sends: the server says which one it
// accepted.
export function KeptFields({ keepKey }) {
  const owner = useOwner();
  const own = useRef(null);
  const draft = useRef(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const form = own.current?.closest("form");
    if (!form || !owner || !keepKey) return undefined;
    const place = `${owner}|form:${keepKey}`;
    const kept = box.get(place);
    draft.current.value = kept?.draft ?? "";
    fill(form, kept?.fields ?? {});
    const keep = () => {
      draft.current.value = newName();
      setRefused(!box.put(place, { fields: read(form), draft: draft.current.value }));
    };
    form.addEventListener("input", keep);
    return () => form.removeEventListener("input", keep);
  }, [owner, keepKey]);
  return (
    <>
      <input ref={draft} type="hidden" name="draft" />
      <span ref={own} className="field-error" role="alert" hidden={!refused}>
        {refused ? "This browser cannot keep what you type. It is lost if you close this." : ""}
      </span>
    </>
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

export function fill(form, fields) {
  for (const each of form.querySelectorAll(KEPT_FIELDS)) {
    const kept = fields[each.name];
    if (kept === undefined) continue;
    if (each.type === "radio" || each.type === "checkbox") each.checked = each.value === kept;
    else each.value = kept;
    each.dispatchEvent(new Event("input"));
  }
}
