// No field cuts off its text: a message says that it is too long, and it is not sent.
import { useEffect, useRef, useState } from "react";

export const NEARLY = 0.9;
export const count = (text) => [...text].length;
export const number = (value) => value.toLocaleString("en-US");

export function tooLong(text, limit) {
  const over = count(text) - limit;
  return over > 0 ? `${number(over)} character${over === 1 ? "" : "s"} too long. The limit is ${number(limit)}.` : "";
}

// Says in a form by how much the field beside it is too long, and keeps the form from being sent.
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
