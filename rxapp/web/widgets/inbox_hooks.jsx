// What the inbox watches: whether somebody points at it, what is in sight, leases, rows to load.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { arrivalKey } from "./inbox_rows.jsx";
import { serverNow } from "./server_clock.jsx";

const TOUCH_SETTLES_MS = 600;
const SEEN_AFTER_MS = 2000;
const LEASE_GRACE_MS = 6000; // the server takes claims back every five seconds
const SPREAD_MS = 4000; // every tab of the account waits for the same moment

export function rowElement(root, id) {
  return root.current?.querySelector(`[data-handoff="${id}"]`);
}

// Whether somebody points at the board, touches it or has the keyboard focus in it; calls ``onFree`` when nobody does.
export function useHold(onFree) {
  const root = useRef(null);
  const touching = useRef(false);
  const isHeld = () => {
    if (!root.current || document.hidden) return false;
    const isPointedAt = matchMedia("(hover: hover)").matches && root.current.matches(":hover");
    // A click leaves the focus behind too, but that does not count once the pointer has gone.
    const hasKeyboard = root.current.querySelector(":focus-visible") !== null;
    return touching.current || isPointedAt || hasKeyboard;
  };
  const check = () => setTimeout(() => isHeld() || onFree(), 0);
  const touch = () => {
    touching.current = true;
  };
  const lift = () =>
    setTimeout(() => {
      touching.current = false;
      check();
    }, TOUCH_SETTLES_MS);
  useEffect(() => {
    document.addEventListener("visibilitychange", check);
    return () => document.removeEventListener("visibilitychange", check);
  }, []);
  const handlers = {
    onPointerLeave: check,
    onBlur: check,
    onTouchStart: touch,
    onTouchEnd: lift,
    onTouchCancel: lift,
  };
  return { root, isHeld, handlers };
}

function isInSight(element) {
  if (!element || document.hidden) return false;
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
}

// Rows that arrived and have not been on screen long enough, and those of them out of sight.
export function useUnseen(inbox, root) {
  const seen = useRef(new Set());
  const timers = useRef(new Map());
  const [behind, setBehind] = useState([]);
  const [, setSeen] = useState(0);
  const rows = [...inbox.fresh].map((id) => inbox.rows.get(id)).filter(Boolean);
  const unseen = rows.filter((row) => !seen.current.has(arrivalKey(row)));

  const look = () => {
    const outOfSight = [];
    for (const row of unseen) {
      const key = arrivalKey(row);
      if (!isInSight(rowElement(root, row.id))) {
        clearTimeout(timers.current.get(key));
        timers.current.delete(key);
        outOfSight.push(row.id);
      } else if (!timers.current.has(key)) {
        const see = () => {
          seen.current.add(key);
          setSeen((n) => n + 1);
        };
        timers.current.set(key, setTimeout(see, SEEN_AFTER_MS));
      }
    }
    if (outOfSight.join() !== behind.join()) setBehind(outOfSight);
  };
  useLayoutEffect(look);
  useEffect(() => {
    window.addEventListener("scroll", look, { passive: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("scroll", look);
      document.removeEventListener("visibilitychange", look);
    };
  });
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  return { unseen, behind };
}

// Asks once when a claim should have expired: the inbox is not told when a lease is extended.
export function useLeases(inbox, ask) {
  const asked = useRef(new Set());
  const ends = [...inbox.rows.values()].filter((row) => row.status === "claimed").map((row) => row.held_until);
  const next = ends.filter((at) => at && !asked.current.has(at)).sort()[0];
  useEffect(() => {
    if (!next) return undefined;
    const end = () => {
      asked.current.add(next);
      ask();
    };
    const pause = LEASE_GRACE_MS + Math.random() * SPREAD_MS;
    const timer = setTimeout(end, Math.max(0, new Date(next) - serverNow()) + pause);
    return () => clearTimeout(timer);
  }, [next]);
}

// Loads more rows if more were shown before the page caught up.
export function useRefill(section, inbox, onMore) {
  const cursor = section ? inbox.read[section].next : "";
  useEffect(() => {
    if (section) onMore(section, cursor);
  }, [section, cursor]);
}

// Moves the focus to a row that has just been shown; ``scroll`` brings it into sight too.
export function useRowFocus(root) {
  const wanted = useRef(null);
  useEffect(() => {
    if (!wanted.current) return;
    const { id, scroll } = wanted.current;
    const row = rowElement(root, id);
    wanted.current = null;
    // After the last page, the button that loaded it is gone, and the focus with it.
    const { activeElement } = document;
    const wasOnMore = activeElement === document.body || activeElement?.dataset.more;
    if (!row || !(scroll || wasOnMore)) return;
    row.querySelector("a")?.focus({ preventScroll: true });
    if (scroll) row.scrollIntoView({ block: "center" });
  });
  return wanted;
}
