// What a senior must not miss: the count in the page's title, a quiet sound for a new escalation,
// and what arrived while the tab was not looked at.
import { useEffect, useRef, useState } from "react";
import { useAcknowledge } from "./acknowledge.jsx";

const SOUND_KEY = "rf-sound";

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
  // Whether a page that nobody has touched yet may be heard is for the browser to say.
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

export function InboxBell({ ids = [], count = 0, ready = false, onShown }) {
  const known = useRef(null);
  const [away, setAway] = useState(0);
  const [fresh, setFresh] = useState(0);
  const acknowledge = useAcknowledge(onShown);
  useTitleCount(count);

  useEffect(() => {
    if (!ready) return;
    const before = known.current;
    known.current = new Set(ids);
    acknowledge(ids.filter((id) => !before?.has(id)));
    if (before === null) return;
    const arrived = ids.filter((id) => !before.has(id)).length;
    if (!arrived) return;
    if (soundIsOn()) chime();
    if (document.hidden) setAway((n) => n + arrived);
    else setFresh((n) => n + arrived);
  }, [ids, ready]);

  useEffect(() => {
    if (!fresh) return undefined;
    const timer = setTimeout(() => setFresh(0), 6000);
    return () => clearTimeout(timer);
  }, [fresh]);

  const isInbox = typeof window !== "undefined" && window.location.pathname.startsWith("/inbox");
  if (!away && (!fresh || isInbox)) return <div className="arrivals" role="status" />;
  const words = away
    ? `${away} arrived while you were away`
    : `${fresh} new escalation${fresh > 1 ? "s" : ""}`;
  return (
    <div className="arrivals" role="status">
      <div className="notice notice-info">
        <a href="/inbox">{words}</a>
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label="Dismiss"
          onClick={() => {
            setAway(0);
            setFresh(0);
          }}
        >
          ✕
        </button>
      </div>
    </div>
  );
}

// Browsers keep a page silent until it was clicked or a key was pressed in it.
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
  useEffect(() => setOn(soundIsOn()), []);
  const flip = () => {
    const next = !on;
    try {
      localStorage.setItem(SOUND_KEY, next ? "on" : "off");
    } catch {
      // Without storage the choice lasts as long as the page.
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
