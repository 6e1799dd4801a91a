// Which steps and answers of a tree a person has seen in its trial. This browser remembers it, for each
// person and tree; another tab is told by the browser itself.
import { useEffect, useState } from "react";
import { storage } from "../../web/widgets/text_store.js";

const PREFIX = "rf-seen:";
const box = storage(PREFIX);
const listeners = new Set();

const placeOf = (person, tree) => `${person}|${tree}`;

// `answer` is the option that led to the step, as "step:option", or empty.
export function see(person, tree, step, answer) {
  const place = placeOf(person, tree);
  const { steps = [], answers = [] } = box.get(place) ?? {};
  const next = { steps: [...new Set([...steps, step])], answers: [...new Set([...answers, ...(answer ? [answer] : [])])] };
  if (next.steps.length + next.answers.length > steps.length + answers.length) box.put(place, next);
}

export function forget(person, tree) {
  box.drop(placeOf(person, tree));
  listeners.forEach((listener) => listener());
}

function read(place) {
  const { steps = [], answers = [] } = box.get(place) ?? {};
  return { steps: new Set(steps), answers: new Set(answers) };
}

// What was seen so far: {steps, answers}, each a set.
export function useSeen(person, tree) {
  const place = placeOf(person, tree);
  const [seen, setSeen] = useState(() => read(place));
  useEffect(() => {
    const again = () => setSeen(read(place));
    const hear = ({ key }) => (key === null || key === PREFIX + place) && again();
    again();
    listeners.add(again);
    window.addEventListener("storage", hear);
    return () => {
      listeners.delete(again);
      window.removeEventListener("storage", hear);
    };
  }, [place]);
  return seen;
}
