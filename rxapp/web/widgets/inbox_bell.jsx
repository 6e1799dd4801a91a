// What a senior must not miss on any page: the count in the page's title, one sound for a new
// escalation, and a notice about arrivals, which is kept while the tab is in the background.
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useAcknowledge } from "./acknowledge.jsx";
import { arrivalKey, isOwn } from "./inbox_rows.jsx";
import { over, useOpenDialog } from "./over_dialogs.jsx";
import { listenFor, ringOnce } from "./sound.jsx";

const STAY_MS = 6000;
const ASK_AGAIN_MS = 5000;

function useTitleCount(count) {
  useEffect(() => {
    const write = () => {
      const bare = document.title.replace(/^\(\d+\) /, "");
      const next = count > 0 ? `(${count}) ${bare}` : bare;
      if (document.title !== next) document.title = next;
    };
    write();
    const watcher = new MutationObserver(write);
    watcher.observe(document.head, { subtree: true, childList: true, characterData: true });
    return () => watcher.disconnect();
  }, [count]);
}

// Kept outside the component, because each page has its own shell and so its own bell.
const nobody = { person: "", revision: null, askedAt: 0, away: [], fresh: [] };
let feed = nobody;

// Takes a change. Returns the rows that are waiting and those of them that are new to the person, or
// null if changes were missed.
function take(change, person) {
  if (feed.person !== person) feed = { ...nobody, person, rung: new Set() };
  const isFirst = feed.revision === null;
  if (!isFirst && change.since > feed.revision) return null;
  const later = change.rows.filter((row) => isFirst || row.revision > feed.revision);
  feed = { ...feed, revision: Math.max(feed.revision ?? 0, change.revision) };
  const waits = change.rows.filter((row) => row.status === "open");
  if (isFirst) return { waits, arrived: [] };
  const isNew = (row) => row.status === "open" && !isOwn(row, person) && !feed.rung.has(arrivalKey(row));
  const arrived = later.filter(isNew);
  const changed = new Set(later.map((row) => row.id));
  const stays = (row) => !changed.has(row.id);
  const away = feed.away.filter(stays);
  const fresh = feed.fresh.filter(stays);
  (document.hidden ? away : fresh).push(...arrived);
  if (later.length) feed = { ...feed, away, fresh };
  return { waits, arrived };
}

// Called with the waiting rows once the page has painted them: only then do they count as shown.
function rendered({ waits, arrived }, person, told, acknowledge) {
  const isUntold = (row) => !told.has(arrivalKey(row));
  acknowledge(waits.filter(isUntold).map((row) => row.id));
  for (const row of waits) told.add(arrivalKey(row));
  const keys = arrived.map(arrivalKey);
  for (const key of keys) feed.rung.add(key);
  if (keys.length) ringOnce(person, keys);
}

function words(away, fresh) {
  if (away.length) return `${away.length} arrived while you were away`;
  return `${fresh.length} new escalation${fresh.length > 1 ? "s" : ""}`;
}

export function InboxBell({ change, count = 0, userId = "", onShown, onMissed }) {
  const [, show] = useState(feed);
  const dialog = useOpenDialog();
  const told = useRef(new Set());
  const acknowledge = useAcknowledge(onShown);
  useTitleCount(count);
  useEffect(() => {
    if (userId) listenFor(userId);
  }, [userId]);

  useEffect(() => {
    if (!change || change.revision < 0 || !userId) return undefined;
    const taken = take(change, userId);
    show(feed);
    if (taken) {
      rendered(taken, userId, told.current, acknowledge);
      return undefined;
    }
    const ask = () => {
      feed = { ...feed, askedAt: Date.now() };
      onMissed(feed.revision);
    };
    // The answer to a recent question may have been lost, so it is asked again.
    const timer = setTimeout(ask, Math.max(0, feed.askedAt + ASK_AGAIN_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [change, userId]);

  const { away, fresh } = feed;
  const forget = (list) => {
    feed = { ...feed, [list]: [] };
    show(feed);
  };
  useEffect(() => {
    if (!fresh.length) return undefined;
    const timer = setTimeout(() => forget("fresh"), STAY_MS);
    return () => clearTimeout(timer);
  }, [fresh]);

  const shown = away.length ? away : fresh;
  const isInbox = typeof window !== "undefined" && window.location.pathname.startsWith("/inbox");
  if (!shown.length) return over(dialog, <div className="arrivals" role="status" />);
  if (isInbox && !away.length) {
    return over(
      dialog,
      <div className="arrivals" role="status">
        <span className="sr-only">{words(away, fresh)}</span>
      </div>,
    );
  }
  const to = shown.length === 1 ? `/escalations/${shown[0].id}` : "/inbox";
  const dismiss = () => {
    forget("away");
    forget("fresh");
  };
  return over(
    dialog,
    <div className="arrivals" role="status">
      <div className="notice notice-info">
        {isInbox && shown.length > 1 ? (
          <span>{words(away, fresh)}</span>
        ) : (
          <Link to={to} onClick={dismiss}>
            {words(away, fresh)}
          </Link>
        )}
        <button type="button" className="btn btn-quiet btn-icon" aria-label="Dismiss" onClick={dismiss}>
          ✕
        </button>
      </div>
    </div>,
  );
}
