// Whether everything is saved, and who else has the draft open.
import { useEffect, useState } from "react";
import { changes, questions } from "./words.js";

const COLORS = ["blue", "violet", "green", "amber", "rose", "slate"];
const SAYS_SAVING_AFTER_MS = 400;

function words({ status, waiting, asking }) {
  switch (status) {
    case "asks":
      return `Needs you: ${questions(asking.length)}`;
    case "offline":
      return `Offline: ${changes(waiting)} kept here`;
    case "signed out":
      return `Signed out: ${changes(waiting)} kept here`;
    case "unkept":
      return `Not saved: ${changes(waiting)}`;
    case "closed":
      return "Not saved";
    default:
      return status === "saving" ? "Saving" : "Saved";
  }
}

export function Status({ snapshot, onAsk }) {
  const { status } = snapshot;
  const text = words(snapshot);
  const [said, setSaid] = useState(text);
  useEffect(() => {
    // Screen readers announce only what stays for a moment, not every change while typing.
    const timer = setTimeout(() => setSaid(text), SAYS_SAVING_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className={`save-state save-${status.replace(" ", "-")}`} data-status={status}>
      {status === "asks" ? (
        <button type="button" className="btn btn-danger" onClick={onAsk}>
          {text}
        </button>
      ) : (
        <span>{text}</span>
      )}
      {status === "signed out" && (
        <a className="btn" href={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}>
          Sign in
        </a>
      )}
      <span className="sr-only" aria-live="polite">
        {said}
      </span>
    </span>
  );
}

const initialsOf = (name) =>
  name
    .split(/\s+/u)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("") || "?";

// The others who have the draft open, with initials and a colour.
export function othersOf(authors, client) {
  const all = [...authors].sort((a, b) => (a.client < b.client ? -1 : 1));
  return all
    .map((author, n) => ({ ...author, initials: initialsOf(author.name), color: COLORS[n % COLORS.length] }))
    .filter((author) => author.client !== client);
}

export function Presence({ others, draft, choose }) {
  if (!others.length) return null;
  return (
    <ul className="presence" aria-label="Also here">
      {others.map((author) => {
        const step = draft.steps.get(author.step);
        const words = `${author.name} (${author.color})${step ? ` is on “${step.title}”` : " is here"}`;
        return (
          <li key={author.client}>
            <button
              type="button"
              className={`who who-${author.color}`}
              title={words}
              aria-label={step ? `${words}. Go there` : words}
              disabled={!step}
              onClick={() => choose(author.step)}
            >
              {author.initials}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
