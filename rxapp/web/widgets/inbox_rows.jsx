// What an inbox knows, as plain values: rows by id, how far each section is loaded, what is new.
// Every function returns the same object if nothing changed, so it may run at each render.

export const SECTIONS = ["waiting", "mine", "others", "closed"];
const CLOSED_ROWS = 10;
const NOTHING_READ = { next: "", through: null, wanted: 0 };

export const EMPTY = {
  windowId: "",
  revision: 0,
  rows: new Map(),
  read: Object.fromEntries(SECTIONS.map((section) => [section, NOTHING_READ])),
  fresh: new Set(),
};

export function sectionOf(row, me) {
  if (row.status === "open") return "waiting";
  if (row.status === "claimed") return row.claimed_by_id === me ? "mine" : "others";
  return "closed";
}

// Ids sort by time of creation, and the server sorts by the same two values.
function place(row) {
  return `${row.priority === "urgent" ? 0 : 1}:${row.id}`;
}

function inOrder(section, rows) {
  const key = section === "closed" ? (row) => `${row.closed_at}:${row.id}` : place;
  const sorted = rows.map((row) => [key(row), row.id]).sort(([a], [b]) => (a < b ? -1 : 1));
  const ids = sorted.map(([, id]) => id);
  return section === "closed" ? ids.reverse().slice(0, CLOSED_ROWS) : ids;
}

export function isOwn(row, me) {
  return row.escalated_by_id === me || row.queued_by_id === me;
}

// Each time an escalation enters the queue counts as an arrival, also when it is handed back.
export function arrivalKey(row) {
  return `${row.id}:${row.returned ?? 0}`;
}

function isArrival(row, known, me) {
  if (row.status !== "open" || isOwn(row, me)) return false;
  return !known || known.status !== "open" || arrivalKey(known) !== arrivalKey(row);
}

// What one section shows: the rows up to where it was loaded, and any known from further on.
function lists(inbox, section, me) {
  const { through } = inbox.read[section];
  const rows = [...inbox.rows.values()].filter((row) => sectionOf(row, me) === section);
  const isNear = (row) => section === "closed" || through === null || place(row) <= through;
  return {
    near: inOrder(section, rows.filter(isNear)),
    far: inOrder(section, rows.filter((row) => !isNear(row))),
  };
}

export function layoutOf(inbox, me) {
  return Object.fromEntries(SECTIONS.map((section) => [section, lists(inbox, section, me)]));
}

export const NO_LAYOUT = layoutOf(EMPTY, "");

// Returns the layout with another page of rows; everything else stays in place.
export function extended(layout, page) {
  const { near, far } = layout[page.section];
  const shown = new Set(near);
  const more = page.rows.map((row) => row.id).filter((id) => !shown.has(id));
  const coming = new Set(more);
  return {
    ...layout,
    [page.section]: { near: [...near, ...more], far: far.filter((id) => !coming.has(id)) },
  };
}

function readTo(page, wanted) {
  const last = page.rows.at(-1);
  return { next: page.next, through: page.next ? place(last) : null, wanted };
}

export function withWindow(inbox, window, me) {
  if (!window.id || window.id === inbox.windowId || window.revision < inbox.revision) return inbox;
  const before = layoutOf(inbox, me);
  const rows = new Map();
  const read = { ...inbox.read };
  for (const page of window.pages) {
    read[page.section] = readTo(page, before[page.section].near.length);
    for (const row of page.rows) rows.set(row.id, row);
  }
  const missedNothing = inbox.revision >= window.revision;
  for (const row of missedNothing ? inbox.rows.values() : []) {
    const { through } = read[sectionOf(row, me)];
    if (through !== null && place(row) > through && !rows.has(row.id)) rows.set(row.id, row);
  }
  const fresh = new Set([...inbox.fresh].filter((id) => rows.get(id)?.status === "open"));
  for (const row of rows.values()) {
    const isLater = inbox.windowId && row.revision > inbox.revision;
    if (isLater && isArrival(row, inbox.rows.get(row.id), me)) fresh.add(row.id);
  }
  return { windowId: window.id, revision: window.revision, rows, read, fresh };
}

export function withPage(inbox, page) {
  if (!page.section || !page.after || page.after !== inbox.read[page.section].next) return inbox;
  const rows = new Map(inbox.rows);
  for (const row of page.rows) {
    if (!(rows.get(row.id)?.revision >= row.revision)) rows.set(row.id, row);
  }
  const { wanted } = inbox.read[page.section];
  return { ...inbox, rows, read: { ...inbox.read, [page.section]: readTo(page, wanted) } };
}

export function withChange(inbox, change, me) {
  const isNew = (row) => !(inbox.rows.get(row.id)?.revision >= row.revision);
  const changed = change.rows.filter(isNew).filter((row) => row.tree_title || inbox.rows.has(row.id));
  if (!inbox.windowId || (!changed.length && change.revision <= inbox.revision)) return inbox;
  const rows = new Map(inbox.rows);
  const fresh = new Set(inbox.fresh);
  for (const row of changed) {
    const known = rows.get(row.id);
    if (row.revision > inbox.revision && isArrival(row, known, me)) fresh.add(row.id);
    if (row.status !== "open") fresh.delete(row.id);
    rows.set(row.id, row.tree_title ? row : { ...known, ...row });
  }
  const closed = lists({ ...inbox, rows }, "closed", me).near;
  for (const row of rows.values()) {
    if (sectionOf(row, me) === "closed" && !closed.includes(row.id)) rows.delete(row.id);
  }
  return { ...inbox, revision: Math.max(inbox.revision, change.revision), rows, fresh };
}

// Returns the section that must load more rows, because more were shown before a reload.
export function unfilled(inbox, me) {
  const isShort = (section) => {
    const { next, wanted } = inbox.read[section];
    return next && lists(inbox, section, me).near.length < wanted;
  };
  return SECTIONS.find(isShort);
}
