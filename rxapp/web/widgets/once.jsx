// A secret that is shown once: the first child shows it until it is hidden with [data-puts-away]; the
// second is shown without it. It leaves the page at once, and the server is told to forget it; a
// server that is unreachable forgets it when the page is loaded again.
import { useEffect, useState } from "react";
import { isReachable, tracked } from "./connection.jsx";

const nothing = () => {};

export function Once({ secret = "", onDone, children }) {
  const [isAway, setAway] = useState(false);
  const [shown, after] = children;
  useEffect(() => setAway(false), [secret]);
  if (!secret || isAway) return after;
  const onClick = ({ target }) => {
    if (!target.closest("[data-puts-away]")) return;
    setAway(true);
    if (isReachable()) tracked(onDone, nothing);
  };
  return (
    <div className="once" onClick={onClick}>
      {shown}
    </div>
  );
}
