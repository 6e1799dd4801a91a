// What tabs keep in the browser until the server confirms it, and which of it closed tabs have left.
import { KEEP_MS, storage } from "../../web/widgets/text_store.js";

export const ASK_TABS_MS = 300; // long enough for the other open tabs to answer
const ORPHAN_MS = 90000; // a tab in the background may be slowed down to one beat a minute

// Its keys are `person|tree|tab`.
export const box = storage("rf-draft:");

// Open tabs answer on this channel, so that the changes of a crashed tab are found at once.
const hasChannel = typeof window !== "undefined" && typeof BroadcastChannel !== "undefined";
const channel = hasChannel ? new BroadcastChannel("rf-draft") : null;
const own = new Set();
const alive = new Set();

channel?.addEventListener("message", ({ data }) => {
  for (const place of own) if (data.ask && place.startsWith(data.ask)) channel.postMessage({ lives: place });
  if (data.lives) alive.add(data.lives);
});

export function askTabs(start) {
  channel?.postMessage({ ask: start });
}

export function claim(place) {
  own.add(place);
}

// What is kept in a place if its tab is closed, else null.
export function orphan(place) {
  const kept = own.has(place) ? null : box.get(place);
  if (!kept) return null;
  const isSilent = channel ? !alive.has(place) : Date.now() - kept.at > ORPHAN_MS;
  return kept.left || isSilent ? kept : null;
}

function dropOld() {
  for (const place of box.keys("")) if (!(Date.now() - box.get(place)?.at < KEEP_MS)) box.drop(place);
}

// The trees with changes of this person that closed tabs have left.
export async function treesLeftBehind(person) {
  dropOld();
  const start = `${person}|`;
  if (!box.keys(start).length) return [];
  askTabs(start);
  await new Promise((done) => setTimeout(done, ASK_TABS_MS));
  const places = box.keys(start).filter(orphan);
  return [...new Set(places.map((place) => place.split("|")[1]))];
}
