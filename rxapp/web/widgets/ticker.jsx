// A moment, shown in the viewer's time zone or as a running duration; and a fixed duration.
import { useEffect, useState } from "react";
import { onClockSet, serverNow } from "./server_clock.jsx";
import { ago, clock, duration, inFull, isZone, running } from "./time_words.jsx";

const SOON_MS = 180000;
const EVERY_SECOND = 1000; // these have the role "timer", so that screen readers do not read out every change

// The time zone from the person's settings; undefined is the browser's.
let zone;
const shown = new Set();

// With a zone that this browser does not know, times are in UTC; the settings page says so.
export function setZone(chosen) {
  zone = chosen ? (isZone(chosen) ? chosen : "UTC") : undefined;
  shown.forEach((show) => show());
}

function textFor(mode, moment, now, plus) {
  const passed = (now - moment) / 1000;
  if (mode === "elapsed") return running(passed + plus);
  if (mode === "left") return passed < 0 ? `${running(-passed)} left` : "running out";
  if (mode === "ago") return ago(passed);
  return clock(moment, now, zone);
}

// `plus` seconds are added to the elapsed time; without `at`, only they are shown and nothing runs.
export function Ticker({ at, mode = "time", plus = 0, className = "", ...rest }) {
  const [now, setNow] = useState(null);
  const ticks = mode === "time" || !at ? 0 : mode === "ago" ? 20000 : EVERY_SECOND;
  useEffect(() => {
    const show = () => setNow(serverNow());
    show();
    shown.add(show);
    const stop = onClockSet(show);
    const timer = ticks ? setInterval(show, ticks) : 0;
    return () => {
      shown.delete(show);
      stop();
      clearInterval(timer);
    };
  }, [ticks, at]);
  if (!now || (!at && mode !== "elapsed")) return <time className={className} {...rest} />;
  if (!at) return <time className={className} {...rest}>{plus ? running(plus) : ""}</time>;
  const moment = new Date(at);
  const soon = mode === "left" && moment - now < SOON_MS ? " is-soon" : "";
  return (
    <time
      className={className + soon}
      dateTime={at}
      title={inFull(moment, zone)}
      role={ticks === EVERY_SECOND ? "timer" : undefined}
      {...rest}
    >
      {textFor(mode, moment, now, plus)}
    </time>
  );
}

export function Duration({ seconds = 0, className = "", ...rest }) {
  return (
    <span className={className} {...rest}>
      {duration(seconds)}
    </span>
  );
}
