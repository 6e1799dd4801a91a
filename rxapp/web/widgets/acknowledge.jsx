// Tells the server what this page has rendered, so that people get emails only about what they
// cannot already see.
import { useCallback, useEffect, useRef } from "react";

// Spread over time, so that the answers of hundreds of tabs do not delay the change for the others.
const SOONEST_MS = 200;
const LATEST_MS = 900;
const AT_ONCE = 100;

export function useAcknowledge(onShown) {
  const waiting = useRef(new Set());
  const timer = useRef(null);
  const send = useRef(onShown);
  send.current = onShown;
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = useCallback(() => {
    if (!waiting.current.size || timer.current !== null) return;
    const pause = SOONEST_MS + Math.random() * (LATEST_MS - SOONEST_MS);
    timer.current = setTimeout(() => {
      timer.current = null;
      const shown = [...waiting.current].slice(0, AT_ONCE);
      for (const id of shown) waiting.current.delete(id);
      send.current?.(shown);
      later();
    }, pause);
  }, []);
  return useCallback((ids) => {
    for (const id of ids) waiting.current.add(id);
    later();
  }, []);
}
