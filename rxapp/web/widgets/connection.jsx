// Whether the server is reachable, and whether what a person pressed was done.
import { useSyncExternalStore } from "react";
import { meetSocket, ownEvent, ping, watchEvents } from "../../reflex_seam/browser/event_loop.jsx";

const PING_MS = 750;
const SILENT_MS = 1000;
const LOST_MS = 1200;
const IDLE_PING_MS = 5000;
const PRESENT_MS = 60000;
const LOOK_MS = 250;
const SAID_MS = 9000;

const TAB = Math.random().toString(36).slice(2, 10);
const PERSONAL = new Set(["click", "submit", "cancel"]);

let socket = null;
let hasConnected = false;
let isNetworkUp = true;
let downSince = Date.now();
let presentAt = Date.now();
let pingedAt = 0;
let askedAt = 0;

// `state` is "online", "silent" (connected, but without an answer) or "offline"; `life` counts the
// connections; `words` is a message about something that the person pressed.
let snapshot = { state: "online", life: 0, words: "" };
const ORIGINALLY = snapshot;
const listeners = new Set();

function change(values) {
  if (Object.entries(values).every(([name, value]) => snapshot[name] === value)) return;
  snapshot = { ...snapshot, ...values };
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection() {
  return useSyncExternalStore(
    subscribe,
    () => snapshot,
    () => ORIGINALLY,
  );
}

// Whether something sent now would leave this browser.
export function isReachable() {
  return Boolean(socket?.connected) && isNetworkUp;
}

// While a page loads, Reflex keeps what is pressed until it is connected. Later it would do the same,
// and do old clicks as a surprise.
export function isLost() {
  return hasConnected ? !isReachable() : snapshot.state === "offline";
}

let saidTimer = 0;

export function say(words) {
  clearTimeout(saidTimer);
  if (words) saidTimer = setTimeout(() => change({ words: "" }), SAID_MS);
  change({ words });
}

// What was pressed but is not confirmed yet, oldest first: the server answers a tab in order.
const unconfirmed = new Map();
const NOT_THROUGH = "!";
let acts = 0;
let waiter = null;

// Calls `send`, and `onEnd(isDone)` once: when what it sent is confirmed, or the connection is lost.
export function tracked(send, onEnd) {
  waiter = onEnd;
  try {
    send();
  } finally {
    waiter = null;
  }
}

// The server has finished with an act. With a mark before it, the act may be sent again later.
export function confirm(said) {
  const isDone = !said.startsWith(NOT_THROUGH);
  const act = isDone ? said : said.slice(NOT_THROUGH.length);
  if (!unconfirmed.has(act)) return;
  for (const [each, { onEnd }] of [...unconfirmed]) {
    unconfirmed.delete(each);
    onEnd?.(isDone || each !== act);
    if (each === act) return;
  }
}

function lose() {
  const lost = [...unconfirmed.values()];
  unconfirmed.clear();
  downSince = Date.now();
  lost.forEach(({ onEnd }) => onEnd?.(false));
  const last = lost.findLast(({ onEnd }) => !onEnd);
  if (last) say(`The connection was lost before ${last.name} was confirmed. Check whether it was done.`);
}

function pressed() {
  const event = window.event;
  const found = event.submitter ?? event.target?.closest?.("button, a, dialog") ?? event.target;
  const text = [...(found?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE);
  const label = found?.ariaLabel || text?.textContent.trim();
  return label ? `“${label}”` : "that";
}

function watched(send) {
  return (events, args, actions) => {
    const event = ownEvent(events);
    if (!event || !(waiter || PERSONAL.has(window.event?.type))) return send(events, args, actions);
    if (!waiter && isLost()) {
      say(`There is no connection, so ${pressed()} was not done. Try again once it is back.`);
      return undefined;
    }
    acts += 1;
    event.act = `${TAB}-${acts}`;
    unconfirmed.set(event.act, { onEnd: waiter, name: waiter ? "" : pressed() });
    askedAt ||= Date.now();
    return send(events, args, actions);
  };
}

function heard() {
  askedAt = 0;
  if (isReachable()) change({ state: "online" });
}

function live() {
  hasConnected = true;
  heard();
  change({ life: snapshot.life + 1 });
}

function follow(next) {
  if (next === socket) return;
  socket = next;
  next.on("connect", live);
  next.on("disconnect", lose);
  next.onAny(heard);
  next.io.on("ping", heard);
}

function look() {
  const now = Date.now();
  if (!isReachable()) {
    if (now - downSince >= LOST_MS) change({ state: "offline" });
    return;
  }
  if (document.hidden) {
    askedAt = 0;
    return;
  }
  if (askedAt && now - askedAt >= SILENT_MS) change({ state: "silent" });
  if (now - pingedAt < (now - presentAt < PRESENT_MS ? PING_MS : IDLE_PING_MS)) return;
  pingedAt = now;
  askedAt ||= now;
  ping(socket);
}

// A device without a network may still reach a server on itself, so this is tried first.
async function networkWent() {
  try {
    await fetch("/favicon.svg", { method: "HEAD", cache: "no-store" });
  } catch {
    if (navigator.onLine) return;
    isNetworkUp = false;
    lose();
    change({ state: "offline" });
  }
}

function networkCame() {
  if (isNetworkUp) return;
  isNetworkUp = true;
  if (socket?.connected) live();
}

function present() {
  presentAt = Date.now();
}

if (typeof window !== "undefined") {
  meetSocket(follow);
  watchEvents(watched);
  setInterval(look, LOOK_MS);
  window.addEventListener("offline", networkWent);
  window.addEventListener("online", networkCame);
  if (!navigator.onLine) networkWent();
  const signs = ["pointermove", "pointerdown", "keydown", "scroll", "focus"];
  signs.forEach((sign) => window.addEventListener(sign, present, { capture: true, passive: true }));
}
