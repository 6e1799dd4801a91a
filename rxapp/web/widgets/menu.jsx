// A button with a menu below it, used by mouse and by keyboard as the ARIA practices describe: arrows,
// Home, End and letters move, Escape and Tab close. Its items are drawn while it is open.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";

const ITEMS = '[role="menuitem"]';
const FIRST = 0;
const LAST = -1;

function itemsOf(list) {
  return [...(list?.querySelectorAll(ITEMS) ?? [])];
}

function focusAt(list, place) {
  itemsOf(list).at(place)?.focus();
}

function move(list, steps) {
  const items = itemsOf(list);
  const at = items.indexOf(document.activeElement);
  items[(at + steps + items.length) % items.length]?.focus();
}

function seek(list, letter) {
  const items = itemsOf(list);
  const at = items.indexOf(document.activeElement);
  const next = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  next.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
}

export function Menu({ label, children }) {
  const [opened, setOpened] = useState(null);
  const box = useRef(null);
  const button = useRef(null);
  const list = useRef(null);
  const id = useId();
  const isOpen = opened !== null;

  const close = () => {
    setOpened(null);
    button.current.focus();
  };
  useLayoutEffect(() => {
    if (!isOpen) return;
    const { bottom, height } = list.current.getBoundingClientRect();
    const above = button.current.getBoundingClientRect().top;
    if (bottom > window.innerHeight && above > height) list.current.classList.add("menu-up");
    focusAt(list.current, opened);
  }, [isOpen, opened]);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPress = (event) => box.current.contains(event.target) || setOpened(null);
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, [isOpen]);

  const onButtonKey = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpened(event.key === "ArrowDown" ? FIRST : LAST);
  };
  const onListKey = (event) => {
    const { key } = event;
    if (key === "Tab") return setOpened(null);
    if (key === "Enter" || key === " " || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    event.preventDefault();
    if (key === "Escape") close();
    else if (key === "ArrowDown") move(list.current, 1);
    else if (key === "ArrowUp") move(list.current, -1);
    else if (key === "Home") focusAt(list.current, FIRST);
    else if (key === "End") focusAt(list.current, LAST);
    else if (key.length === 1) seek(list.current, key.toLowerCase());
    return undefined;
  };
  return (
    <div ref={box} className="menu">
      <button
        ref={button}
        type="button"
        className="btn btn-quiet btn-icon"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label="Actions"
        title={label}
        onClick={() => setOpened(isOpen ? null : FIRST)}
        onKeyDown={onButtonKey}
      >
        ⋯
      </button>
      {isOpen ? (
        <div
          ref={list}
          id={id}
          className="menu-list"
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={onListKey}
          onClick={(event) => event.target.closest(ITEMS) && close()}
        >
          {children}
        </div>
      ) : null}
    </div>
  );
}
