// What a page says while the server is unreachable, and what keeps clicks from leaving it then.
import { useEffect, useRef } from "react";
import { confirm, isLost, say, useConnection } from "./connection.jsx";
import { over, useOpenDialog } from "./over_dialogs.jsx";

const WORDS = {
  online: "",
  silent: "The server is not answering. Waiting for it…",
  offline: "No connection to the server. What you type is kept here, and answers are sent once it is back.",
};
const PRELOAD_AFTER_MS = 3000;

let missing = null;

// Loads the pages that are not loaded yet, a few kilobytes each: without them, a click while offline
// would lead to the browser's own error page.
function preloadPages() {
  const routes = Object.values(window.__reactRouterManifest?.routes ?? {});
  const files = new Set(routes.flatMap((route) => [route.module, ...route.imports]));
  missing = files.size;
  for (const href of files) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = href;
    link.onload = () => {
      missing -= 1;
    };
    document.head.append(link);
  }
}

function onClick(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.ctrlKey || event.metaKey || !isLost()) return;
  const target = new URL(link.href, window.location.href);
  if (target.origin !== window.location.origin) return;
  const isPage = !link.hasAttribute("download") && !target.pathname.startsWith("/api/");
  if (isPage && missing === 0) return;
  event.preventDefault();
  event.stopPropagation();
  const name = link.ariaLabel || link.innerText.split("\n")[0];
  say(`There is no connection, so “${name}” cannot be opened yet. Try again once it is back.`);
}

function useInAppLinks(life) {
  useEffect(() => {
    document.addEventListener("click", onClick, true);
    return () => document.removeEventListener("click", onClick, true);
  }, []);
  useEffect(() => {
    if (!life || missing === 0) return undefined;
    const timer = setTimeout(preloadPages, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [life]);
}

export function Connection({ confirmed = "" }) {
  const { state, life, words } = useConnection();
  const banner = useRef(null);
  const dialog = useOpenDialog();
  useEffect(() => confirm(confirmed), [confirmed]);
  useInAppLinks(life);

  const isShown = state !== "online" || words !== "";
  useEffect(() => {
    const element = banner.current;
    // Showing it again puts it above a dialog that was opened meanwhile.
    if (element.matches(":popover-open")) element.hidePopover();
    if (isShown) element.showPopover();
  }, [isShown, state, words, dialog]);

  return over(
    dialog,
    <div ref={banner} popover="manual" className="connection" data-state={state}>
      <div role="status">
        {WORDS[state] ? <p>{WORDS[state]}</p> : null}
        {words ? <p className="connection-words">{words}</p> : null}
      </div>
      {words ? (
        <button type="button" className="btn btn-quiet btn-icon" aria-label="Dismiss" onClick={() => say("")}>
          ✕
        </button>
      ) : null}
    </div>,
  );
}
