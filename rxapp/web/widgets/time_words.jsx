// Durations and moments in words, the same as in core/time_words.py; without React.

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const all = Math.floor((whole + 30) / 60);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  if (!hours) return `${minutes} min`;
  return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
}

// A running clock: 0:07, 12:30, 1:02:05.
export function running(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

export function ago(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return "just now";
  if (s < 86400) return `${s < 3600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`} ago`;
  return `${Math.floor(s / 86400)} d ago`;
}

export function isZone(zone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

// The time if it is today, else day and time; `zone` undefined is the browser's.
export function clock(moment, now, zone) {
  const day = (date) => date.toLocaleDateString([], { timeZone: zone });
  const time = { ...TIME, timeZone: zone };
  if (day(moment) === day(now)) return moment.toLocaleTimeString([], time);
  const year = moment.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return moment.toLocaleString([], { day: "numeric", month: "short", ...year, ...time });
}

// Day, time and the zone's name.
export function inFull(moment, zone) {
  const day = { day: "numeric", month: "short", year: "numeric" };
  return moment.toLocaleString([], { ...day, ...TIME, timeZone: zone, timeZoneName: "short" });
}
