// Goes to another page when the server says so, but only from the page where that was pressed: a
// person who has moved on stays where they are. Each order is followed once in a tab, since the
// server sends the last one again with every full load.
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
