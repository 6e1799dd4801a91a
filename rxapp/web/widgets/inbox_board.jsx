// The inbox: its rows are kept here, and nothing moves under a pointer, a finger or the focus.
// Meanwhile, arrivals wait behind a button, and a row that has left keeps its place and is marked.
import { useReducer, useRef, useState } from "react";
import { useHold, useLeases, useRefill, useRowFocus, useUnseen } from "./inbox_hooks.jsx";
import { ClosedRow, HeldRow, WaitingRow } from "./inbox_list.jsx";
import {
  EMPTY,
  NO_LAYOUT,
  extended,
  layoutOf,
  sectionOf,
  unfilled,
  withChange,
  withPage,
  withWindow,
} from "./inbox_rows.jsx";

const TITLES = {
  waiting: "Waiting",
  mine: "Yours",
  others: "With others",
  closed: "Recently closed",
};

// The last window that any board showed: a board that is opened later must not show it again.
let lastWindow = "";

function goneWords(row, me) {
  if (!row) return "No longer here";
  if (row.status === "open") return "Back in the queue";
  if (row.status === "withdrawn") return "Withdrawn";
  const who = row.claimed_by_id === me ? "you" : row.claimed_by;
  return `${row.status === "resolved" ? "Resolved" : "Claimed"} by ${who}`;
}

// The current rows, and the layout shown: it does not change while somebody holds it.
function useInbox({ snapshot, page, change, userId }, isHeld, wanted) {
  const old = useState(lastWindow)[0];
  const held = useRef({ inbox: EMPTY, layout: NO_LAYOUT, asked: "", rows: new Map() }).current;
  const before = snapshot.id === old ? held.inbox : withWindow(held.inbox, snapshot, userId);
  const paged = withPage(before, page);
  held.inbox = withChange(paged, change, userId);
  lastWindow = held.inbox.windowId || lastWindow;
  const short = unfilled(held.inbox, userId);
  if (paged !== before && held.asked === page.after) {
    held.layout = extended(held.layout, page);
    held.asked = "";
    wanted.current = { id: page.rows[0]?.id, scroll: false };
  } else if (!short && !isHeld()) {
    held.layout = layoutOf(held.inbox, userId);
  }
  return { held, short };
}

// Returns a function that renders a row of a section, as it was when it last belonged there.
function renderer(section, held, short, me, unseen, onClaim) {
  return (id) => {
    const now = held.inbox.rows.get(id);
    const isHere = now && sectionOf(now, me) === section;
    const key = `${section}:${id}`;
    if (isHere) held.rows.set(key, now);
    const row = held.rows.get(key);
    if (!row) return null;
    const gone = isHere || (!now && short) ? "" : goneWords(now, me);
    const shared = { row, me, gone, isNew: unseen.some((each) => each.id === id) };
    if (section === "waiting") return <WaitingRow key={id} {...shared} onClaim={onClaim} />;
    if (section === "closed") return <ClosedRow key={id} {...shared} />;
    return <HeldRow key={id} {...shared} isMine={section === "mine"} />;
  };
}

// What to say when the focused row leaves; empty while it is there.
function focusedWords(root, { inbox }, me) {
  const row = root.current?.contains(document.activeElement)
    ? document.activeElement.closest(".inbox-section-waiting [data-handoff]")
    : null;
  const now = row && inbox.rows.get(row.dataset.handoff);
  return row && now?.status !== "open" ? goneWords(now, me) : "";
}

export function InboxBoard({ onClaim, onMore, onMissed, children, ...props }) {
  const me = props.userId;
  const [, render] = useReducer((n) => n + 1, 0);
  const { root, isHeld, handlers } = useHold(render);
  const wanted = useRowFocus(root);
  const { held, short } = useInbox(props, isHeld, wanted);
  const { inbox, layout } = held;
  const { unseen, behind } = useUnseen(inbox, root);
  useLeases(inbox, () => onMissed(held.inbox.revision));
  useRefill(short, inbox, onMore);
  if (!inbox.windowId) return children[1];

  const counts = { waiting: props.waitingCount, mine: props.mineCount, others: props.othersCount };
  const showNews = () => {
    held.layout = layoutOf(inbox, me);
    wanted.current = { id: behind[0], scroll: true };
    render();
  };
  const readOn = (section) => (cursor) => {
    held.asked = cursor;
    onMore(section, cursor);
  };
  return (
    <div ref={root} {...handlers}>
      <span className="sr-only" role="status">
        {focusedWords(root, held, me)}
      </span>
      {Object.keys(TITLES).map((section) => (
        <Section
          key={section}
          name={section}
          count={counts[section] ?? layout[section].near.length}
          list={layout[section]}
          next={inbox.read[section].next}
          rowOf={renderer(section, held, short, me, unseen, onClaim)}
          news={section === "waiting" ? behind.length : 0}
          onNews={showNews}
          empty={section === "waiting" ? children[0] : null}
          onMore={readOn(section)}
        />
      ))}
    </div>
  );
}

function Section({ name, count, list, next, rowOf, news, onNews, empty, onMore }) {
  const { near, far } = list;
  const isEmpty = !near.length && !far.length;
  if (isEmpty && !empty) return null;
  const hidden = Math.max(0, count - near.length - far.length);
  return (
    <section aria-label={TITLES[name]} className={`inbox-section inbox-section-${name}`}>
      <div className="section-head inbox-head">
        <h2>{TITLES[name]}</h2>
        <span className="muted">{count}</span>
        {news ? (
          <button type="button" className="btn inbox-news" onClick={onNews}>
            {news} new
          </button>
        ) : null}
      </div>
      {isEmpty ? (
        empty
      ) : (
        <ul className="rows inbox-rows">
          {near.map(rowOf)}
          {next ? (
            <li key="more" className="inbox-more">
              <button type="button" className="btn btn-wide" data-more={name} onClick={() => onMore(next)}>
                {hidden ? `Show more (${hidden} left)` : "Show more"}
              </button>
            </li>
          ) : null}
          {far.map(rowOf)}
        </ul>
      )}
    </section>
  );
}
