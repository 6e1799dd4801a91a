// Reads something long from the server page by page, with the sign-in of the browser.
import { useEffect, useRef, useState } from "react";

const ANSWER_MS = 20000;
const API = "/api/v1/auth/browser/trees";
const NOTHING = { first: null, items: [], hasMore: false, isReading: true, hasMoved: false, trouble: "" };

// Returns {body}, or {trouble} in words.
export async function ask(path) {
  try {
    const response = await fetch(`${API}/${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const body = await response.json();
    if (response.ok) return { body };
    return { trouble: response.status === 401 ? "You are signed out. Reload the page." : body.detail };
  } catch {
    return { trouble: "The server does not answer." };
  }
}

function withAnswer(before, { body, trouble }, after) {
  if (trouble) return { ...before, isReading: false, trouble };
  const items = after ? [...before.items, ...body.items] : body.items;
  const first = after ? before.first : body;
  return { ...before, first, items, hasMore: body.has_more, isReading: false, trouble: "" };
}

// Returns the `first` answer, all `items` so far, whether there are more, and how to read on. If the
// draft changes between two pages, it starts again and says so: `hasMoved`.
export function usePageByPage(path) {
  const [state, setState] = useState(NOTHING);
  const turn = useRef(0);

  const read = async (after, hasMoved = false) => {
    const mine = ++turn.current;
    setState((before) => ({ ...(after ? before : NOTHING), isReading: true, hasMoved, trouble: "" }));
    const answer = await ask(`${path}${path.includes("?") ? "&" : "?"}after=${after}`);
    if (mine !== turn.current) return;
    if (after && answer.body && answer.body.revision !== state.first.revision) read(0, true);
    else setState((before) => withAnswer(before, answer, after));
  };
  useEffect(() => {
    read(0);
    return () => {
      turn.current += 1;
    };
  }, [path]);
  return { ...state, more: () => read(state.items.length), again: () => read(0) };
}
