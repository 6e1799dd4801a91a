// Follows the server to another page, as long as the page is the one on which that was pressed: who
// has gone elsewhere meanwhile stays there. Each order counts once in a tab, since the last one comes
// back from the server with every full load.
import { useEffect } from "react";
import { useNavigate } from "react-router";

const DONE = "rf-went";

function plain(path) {
  return path.replace(/\/+$/, "") || "/";
}

export function Go({ to = "", comeFrom = "", goId = "" }) {
  const navigate = useNavigate();
  useEffect(() => {
    if (!goId || window.sessionStorage.getItem(DONE) === goId) return;
    window.sessionStorage.setItem(DONE, goId);
    if (plain(window.location.pathname) === plain(comeFrom)) navigate(to);
  }, [goId]);
  return null;
}
