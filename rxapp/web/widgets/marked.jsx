// A text in which the words that a search found are marked.
import { createContext, useContext, useMemo } from "react";

const Words = createContext(null);

// The words for every marked text inside.
export function MarkedWords({ words = [], children }) {
  const pattern = useMemo(() => {
    if (!words.length) return null;
    const longestFirst = [...words].sort((one, other) => other.length - one.length);
    const escaped = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`(?<![\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "gu");
  }, [words]);
  return <Words.Provider value={pattern}>{children}</Words.Provider>;
}

export function Marked({ text = "" }) {
  const pattern = useContext(Words);
  if (!pattern) return text;
  return text.split(pattern).map((part, place) => (place % 2 ? <mark key={place}>{part}</mark> : part));
}
