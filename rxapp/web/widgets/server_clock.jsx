// The server's clock, with which every moment on the page is compared, since the browser's may be
// wrong; and the address at which the server should be opened.
//
// It is asked once per page, when the page comes to the front or back online, and every ten minutes.
// Half of the time that the answer took is subtracted.
const ASK_AGAIN_MS = 600000;
const STORE = "rf-clock";

let ahead = remembered();
let asked = 0;
let origins = [];
const listeners = new Set();

function remembered() {
  try {
    return Number(window.sessionStorage.getItem(STORE)) || 0;
  } catch {
    return 0;
  }
}

// Returns where to open the server if this page's address is not one of its own; else "".
export function rightOrigin() {
  return origins.length && !origins.includes(window.location.origin) ? origins[0] : "";
}

export function serverNow() {
  return new Date(Date.now() + ahead);
}

// Calls `listener` whenever the clock is set; returns a function that stops this.
export function onClockSet(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function ask() {
  asked = performance.now();
  const before = Date.now();
  try {
    const answer = await fetch("/api/v1/server", { cache: "no-store" });
    if (!answer.ok) return;
    const { now, origins: named } = await answer.json();
    const after = Date.now();
    origins = named;
    ahead = Math.round(new Date(now).getTime() - (before + after) / 2);
    try {
      window.sessionStorage.setItem(STORE, String(ahead));
    } catch {
      // Without storage the next page asks first.
    }
    listeners.forEach((listener) => listener());
  } catch {
    asked = 0; // offline: the next chance is taken
  }
}

function askIfOld(age) {
  if (!asked || performance.now() - asked > age) ask();
}

let started = false;

export function followServerClock() {
  if (started) return;
  started = true;
  ask();
  setInterval(() => askIfOld(ASK_AGAIN_MS), 60000);
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => document.hidden || askIfOld(60000));
}
