// The one place where the server's short notices appear. A new count is a new notice.
import { useEffect, useState } from "react";

const STAY_MS = { info: 4000, error: 9000 };

export function Notice({ text, kind = "error", count = 0 }) {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (!count || !text) return undefined;
    setShown(count);
    const timer = setTimeout(() => setShown(0), STAY_MS[kind] ?? 6000);
    return () => clearTimeout(timer);
  }, [count, text, kind]);
  return (
    <div className="notices" role={kind === "error" ? "alert" : "status"}>
      {shown ? (
        <div className={`notice notice-${kind}`}>
          <span>{text}</span>
          <button type="button" className="btn btn-quiet btn-icon" aria-label="Dismiss" onClick={() => setShown(0)}>
            ✕
          </button>
        </div>
      ) : null}
    </div>
  );
}
