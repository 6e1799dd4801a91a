// The answers of a step. A pressed answer is kept in this tab, under its person and session, until
// the server has confirmed it. A cut connection, a stopped server or a reload neither loses it nor
// records it twice, since the server accepts only one answer per step.
import { useEffect, useState, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { isReachable, tracked, useConnection } from "./connection.jsx";

const STORE = "rf-answer:";
const SOON_MS = 400;
const RETRY_MS = 5000;
const listeners = new Set();
const sending = new Set();

function read(key) {
  try {
    return window.sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, answer) {
  try {
    if (answer) window.sessionStorage.setItem(key, JSON.stringify(answer));
    else window.sessionStorage.removeItem(key);
  } catch {
    // Without storage, an answer is only kept until it has been sent.
  }
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function useKept(key) {
  const text = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => null,
  );
  return text ? JSON.parse(text) : null;
}

function deliver(key, answer, send) {
  if (sending.has(key)) return;
  sending.add(key);
  write(key, { ...answer, sent: true });
  tracked(send, (isDone) => {
    sending.delete(key);
    if (isDone) write(key, null);
    else listeners.forEach((listener) => listener());
  });
}

// Sends the kept answers, whatever page is open now, and again while the server cannot save them.
// An answer's session is in its key.
export function KeptAnswers({ person, onSend }) {
  const { life, state } = useConnection();
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((count) => count + 1), RETRY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!person || !life || state === "offline" || !isReachable()) return;
    const start = `${STORE}${person}:`;
    for (const key of Object.keys(window.sessionStorage)) {
      const answer = key.startsWith(start) ? JSON.parse(read(key)) : null;
      if (answer) deliver(key, answer, () => onSend(key.slice(start.length), answer.option, answer.seq));
    }
  }, [person, life, state, beat]);
  return null;
}

function Waiting({ answer, isSending, isOnline, onCancel }) {
  if (isSending) return <p className="waiting-answer">Sending “{answer.label}”…</p>;
  if (isOnline && answer.sent) {
    return <p className="waiting-answer">“{answer.label}” is not saved yet. Trying again…</p>;
  }
  return (
    <p className="waiting-answer">
      <span>
        “{answer.label}” will be sent {answer.sent ? "again " : ""}when you are back online.
      </span>
      {answer.sent ? null : (
        <button type="button" className="btn" onClick={onCancel}>
          Cancel
        </button>
      )}
    </p>
  );
}

// An answer's look: its key, its words, and what comes at its end.
function Face({ option, children }) {
  return (
    <>
      {option.hotkey ? <kbd aria-hidden="true">{option.hotkey}</kbd> : <span />}
      <span className="wrap-any">{option.label}</span>
      {children}
    </>
  );
}

// Answers that nobody records: links to what they lead to.
export function AnswerLinks({ options = [], children }) {
  return (
    <div className="options">
      {options.map((option, place) => (
        <Link key={place} className="option" to={option.href} preventScrollReset data-hotkey={option.hotkey}>
          <Face option={option}>{children}</Face>
        </Link>
      ))}
    </div>
  );
}

export function Answers({ options = [], page, seq, person, disabled, savesFirst, onChoose, children }) {
  const { state } = useConnection();
  const key = `${STORE}${person}:${page}`;
  const kept = useKept(key);
  const answer = kept?.seq === seq ? kept : null;
  const isSending = sending.has(key);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!answer) return undefined;
    const timer = setTimeout(() => setLate(true), SOON_MS);
    return () => clearTimeout(timer);
  }, [answer?.option, seq]);

  const press = (option) => {
    if (answer) return;
    const next = { seq, option: option.key, label: option.label };
    if (isReachable()) deliver(key, next, () => onChoose(page, option.key, seq));
    else write(key, next);
  };
  // An answer that is confirmed quickly shows nothing but the next step.
  const isWaiting = answer && (isLate || !isSending || state !== "online");
  return (
    <>
      <div className="options">
        {options.map((option, place) => (
          <button
            key={place}
            type="button"
            className={isWaiting && option.key === answer.option ? "option is-waiting" : "option"}
            disabled={disabled || isWaiting}
            onClick={() => press(option)}
            data-hotkey={option.hotkey}
            data-saves-first={savesFirst}
          >
            <Face option={option}>{children}</Face>
          </button>
        ))}
      </div>
      <div role="status">
        {isWaiting ? (
          <Waiting answer={answer} isSending={isSending} isOnline={state === "online"} onCancel={() => write(key, null)} />
        ) : null}
      </div>
    </>
  );
}
