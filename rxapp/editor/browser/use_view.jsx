// How somebody looks at a draft: which view of the steps, with or without the chosen step beside it.
import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import { spanningTree } from "../../trees/browser/shape.js";

const VIEW = "rf-editor-view";
const STEP = "rf-editor-step";
// A tree with more steps than this opens with its branches folded.
const FOLDED_FROM = { outline: 2000, canvas: 60 };
const FOLD_LEVEL = 3;
const NARROW = "(max-width: 760px)"; // --narrow: there the outline and the step are shown, one at a time
const SAID_MS = 8000;

export function beginFolded(draft, view) {
  if (draft.steps.size <= FOLDED_FROM[view]) return new Set();
  const { parents } = spanningTree(draft);
  const depth = new Map();
  for (const [key, above] of parents) depth.set(key, above ? depth.get(above.key) + 1 : 1);
  return new Set([...depth].filter(([, level]) => level >= FOLD_LEVEL).map(([key]) => key));
}

// One of some words that the browser remembers; the first is what it begins with.
function useKept(name, words) {
  const [word, setWord] = useState(() => {
    try {
      return words.find((each) => each === localStorage.getItem(name)) ?? words[0];
    } catch {
      return words[0];
    }
  });
  const choose = (next) => {
    setWord(next);
    try {
      localStorage.setItem(name, next);
    } catch {
      // Then it is chosen again next time.
    }
  };
  return [word, choose];
}

function useIsNarrow() {
  const media = useMemo(() => window.matchMedia(NARROW), []);
  const subscribe = (listener) => {
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
  return useSyncExternalStore(subscribe, () => media.matches);
}

// The browser remembers both. A narrow screen has room for the outline only, without its step.
export function useView() {
  const isNarrow = useIsNarrow();
  const [view, setView] = useKept(VIEW, ["outline", "canvas"]);
  const [step, setStep] = useKept(STEP, ["shown", "hidden"]);
  return {
    view: isNarrow ? "outline" : view,
    setView,
    isAlone: step === "hidden" && !isNarrow,
    setAlone: (isAlone) => setStep(isAlone ? "hidden" : "shown"),
  };
}

export function useSaid() {
  const [said, setSaid] = useState("");
  const timer = useRef(0);
  const say = (words) => {
    clearTimeout(timer.current);
    setSaid(words);
    timer.current = setTimeout(() => setSaid(""), SAID_MS);
  };
  return [said, say];
}
