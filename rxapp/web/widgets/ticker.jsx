// A moment, shown in the viewer's zone or as a duration that ticks in the browser.
import { useEffect, useState } from "react";

// The zone of the person's settings; undefined is the browser's own.
let zone;
const shown = new Set();

export function setZone(chosen) {
  zone = chosen || undefined;
  shown.forEach((show) => show());
}

function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

function rough(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return "just now";
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86400)} d ago`;
}

function clock(moment, now) {
  const day = (date) => date.toLocaleDateString([], { timeZone: zone });
  const time = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  return day(moment) === day(now)
    ? moment.toLocaleTimeString([], time)
    : moment.toLocaleString([], { day: "numeric", month: "short", ...time });
}

function textFor(mode, moment, now) {
  const passed = (now - moment) / 1000;
  if (mode === "elapsed") return span(passed);
  if (mode === "left") return passed < 0 ? `${span(-passed)} left` : "running out";
  if (mode === "ago") return rough(passed);
  return clock(moment, now);
}

export function Ticker({ at, mode = "time", className = "", ...rest }) {
  const [now, setNow] = useState(null);
  const ticks = mode === "time" ? 0 : mode === "ago" ? 20000 : 1000;
  useEffect(() => {
    const show = () => setNow(new Date());
    show();
    shown.add(show);
    const timer = ticks ? setInterval(show, ticks) : 0;
    return () => {
      shown.delete(show);
      clearInterval(timer);
    };
  }, [ticks, at]);
  if (!at || !now) return <time className={className} {...rest} />;
  const moment = new Date(at);
  const soon = mode === "left" && moment - now < 180000 ? " is-soon" : "";
  return (
    <time className={className + soon} dateTime={at} title={moment.toLocaleString([], { timeZone: zone })} {...rest}>
      {textFor(mode, moment, now)}
    </time>
  );
}
