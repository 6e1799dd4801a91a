// The sound for a new escalation: only one tab of a browser plays it, one that was touched if any.
import { useEffect, useState } from "react";

const SOUND_KEY = "rf-sound";
const LISTEN_MS = 200;

function soundIsOn() {
  try {
    return localStorage.getItem(SOUND_KEY) !== "off";
  } catch {
    return true;
  }
}

function chime() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  // The browser decides whether a page that nobody has touched may play a sound.
  const audio = new Context();
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0.0001, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.06, audio.currentTime + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.5);
  gain.connect(audio.destination);
  for (const [frequency, start] of [[660, 0], [880, 0.14]]) {
    const tone = audio.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.3);
  }
  setTimeout(() => audio.close(), 1000);
}

// The tabs of one person in one browser agree on which one plays: each bids for the arrivals that it
// knows, the best bid wins, and nothing is played twice. A channel also works over plain http, where
// browsers offer no locks.
const tab = Math.random().toString(36).slice(2);
const played = new Set();
let bids = [];
let channel = null;
let channelOf = "";

function open(person) {
  if (channelOf === person || !window.BroadcastChannel) return;
  channel?.close();
  played.clear();
  bids = [];
  channelOf = person;
  channel = new BroadcastChannel(`rf-sound-${person}`);
  channel.onmessage = ({ data }) => {
    if (data.kind === "played") {
      for (const key of data.keys) played.add(key);
    } else if (data.keys.every((key) => played.has(key))) {
      channel.postMessage({ kind: "played", keys: data.keys });
    } else {
      bids = [...bids.slice(-50), data];
    }
  };
}

function myBid(keys) {
  const touched = navigator.userActivation?.hasBeenActive === false ? 0 : 2;
  return { kind: "bid", keys, worth: touched + (document.hidden ? 0 : 1), tab };
}

function isBetter(bid, than) {
  return bid.worth === than.worth ? bid.tab < than.tab : bid.worth > than.worth;
}

// Plays once for these arrivals, in the best tab of the person's browser.
export function ringOnce(person, keys) {
  if (!soundIsOn()) return;
  open(person);
  const mine = myBid(keys);
  channel?.postMessage(mine);
  setTimeout(() => {
    const unplayed = keys.filter((key) => !played.has(key));
    const isBeaten = (key) => bids.some((bid) => bid.keys.includes(key) && isBetter(bid, mine));
    const toPlay = unplayed.filter((key) => !isBeaten(key));
    for (const key of keys) played.add(key);
    if (!toPlay.length || !soundIsOn()) return;
    channel?.postMessage({ kind: "played", keys: toPlay });
    chime();
  }, channel ? LISTEN_MS : 0);
}

export function listenFor(person) {
  open(person);
}

// Browsers keep a page silent until it is clicked or a key is pressed in it.
function useMayBeHeard() {
  const [may, setMay] = useState(true);
  useEffect(() => {
    if (navigator.userActivation?.hasBeenActive !== false) return undefined;
    setMay(false);
    const touched = () => setMay(true);
    const touches = ["pointerup", "keydown"];
    for (const touch of touches) window.addEventListener(touch, touched, { once: true });
    return () => {
      for (const touch of touches) window.removeEventListener(touch, touched);
    };
  }, []);
  return may;
}

export function SoundSwitch() {
  const [on, setOn] = useState(true);
  const mayBeHeard = useMayBeHeard();
  useEffect(() => {
    const read = () => setOn(soundIsOn());
    read();
    window.addEventListener("storage", read);
    return () => window.removeEventListener("storage", read);
  }, []);
  const flip = () => {
    const next = !on;
    try {
      localStorage.setItem(SOUND_KEY, next ? "on" : "off");
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
    setOn(next);
    if (next) chime();
  };
  return (
    <>
      {on && !mayBeHeard ? (
        <span className="muted small">Silent until you click or tap once</span>
      ) : null}
      <button type="button" className="btn" role="switch" aria-checked={on} onClick={flip}>
        Sound {on ? "on" : "off"}
      </button>
    </>
  );
}
