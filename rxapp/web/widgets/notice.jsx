// Where the server's short notices appear, each once in a tab: the server sends the last one again
// with every full load, and every page has its own shell.
import { useEffect, useState } from "react";
import { over, useOpenDialog } from "./over_dialogs.jsx";

const STAY_MS = { info: 4000, error: 9000 };
const SEEN = "rf-notice-seen";
let ends = 0;

function timeLeft(id, kind) {
  if (window.sessionStorage.getItem(SEEN) !== id) {
    window.sessionStorage.setItem(SEEN, id);
    ends = Date.now() + (STAY_MS[kind] ?? 6000);
  }
  return ends - Date.now();
}

export function Notice({ text, kind = "error", noticeId = "" }) {
  const [shown, setShown] = useState(false);
  const dialog = useOpenDialog();
  useEffect(() => {
    const left = noticeId ? timeLeft(noticeId, kind) : 0;
    setShown(left > 0);
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setShown(false), left);
    return () => clearTimeout(timer);
  }, [noticeId]);
  const dismiss = () => {
    ends = 0;
    setShown(false);
  };
  return over(
    dialog,
    <div className="notices" role={kind === "error" ? "alert" : "status"}>
      {shown ? (
        <div className={`notice notice-${kind}`}>
          <span>{text}</span>
          <button type="button" className="btn btn-quiet btn-icon" aria-label="Dismiss" onClick={dismiss}>
            ✕
          </button>
        </div>
      ) : null}
    </div>,
  );
}
