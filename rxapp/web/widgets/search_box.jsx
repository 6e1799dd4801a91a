// The search of the library. The address holds what is searched for, so that a reload, a link and
// the way back show the same. Arrows lead through what was found; Enter opens the first.
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 150;
const HITS = "[data-hits] .tree-card";

const inAddress = () => new URLSearchParams(window.location.search).get("q") ?? "";

function keepInAddress(text) {
  const query = new URLSearchParams(window.location.search);
  if (text) query.set("q", text);
  else query.delete("q");
  const search = query.size ? `?${query}` : "";
  window.history.replaceState(window.history.state, "", window.location.pathname + search);
}

function move(event) {
  const hits = [...document.querySelectorAll(HITS)];
  const place = hits.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || place < 0 || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  event.preventDefault();
  const next = hits[place + step] ?? (place + step < 0 ? document.querySelector("[data-search]") : null);
  next?.focus();
}

export function SearchBox({ query, reads, placeholder, onSearch }) {
  const [text, setText] = useState("");
  const timer = useRef(null);
  const latest = useRef("");
  latest.current = text;
  const opens = useRef(false);
  const search = useRef(onSearch);
  search.current = onSearch;

  const send = (value) => {
    clearTimeout(timer.current);
    timer.current = null;
    keepInAddress(value.trim());
    search.current(value);
  };
  const open = () => {
    opens.current = false;
    document.querySelector(HITS)?.click();
  };

  useEffect(() => {
    if (timer.current) return;
    // The address decides, for instance after a click on the library's link.
    if (inAddress() !== text.trim()) setText(inAddress());
    // Somebody typed before the page was loaded, and the load has cleared the search.
    else if (reads && !query && text.trim()) send(text);
    // The page shows the results of this very text one frame after their arrival.
    if (opens.current && query === text.trim()) requestAnimationFrame(() => requestAnimationFrame(open));
  }, [query, reads]);
  useEffect(() => {
    const home = window.location.pathname;
    document.addEventListener("keydown", move);
    return () => {
      document.removeEventListener("keydown", move);
      clearTimeout(timer.current);
      // The page is put together again while it loads: what was typed meanwhile stays.
      if (timer.current && window.location.pathname === home) keepInAddress(latest.current.trim());
    };
  }, []);

  const onChange = (event) => {
    const { value } = event.target;
    opens.current = false;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(value), PAUSE_MS);
  };
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector(HITS)?.focus();
    } else if (event.key === "Enter" && text.trim()) {
      event.preventDefault();
      if (!timer.current && query === text.trim()) open();
      else {
        opens.current = true;
        send(text);
      }
    }
  };
  return (
    <input
      type="search"
      className="input"
      placeholder={placeholder}
      value={text}
      onChange={onChange}
      onKeyDown={onKeyDown}
      autoFocus
      autoComplete="off"
      data-search
      data-hotkey="/"
    />
  );
}
