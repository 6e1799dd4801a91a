// Follows the server's clock, and applies the person's settings: the time zone of all moments, and
// light or dark when they sign in or change it. Afterwards, the button in the shell can override it.
import { useEffect } from "react";
import { useSetColorMode } from "../../reflex_seam/browser/color_mode.jsx";
import { followServerClock } from "./server_clock.jsx";
import { setZone } from "./ticker.jsx";

const APPLIED = "rf-theme";

export function Viewer({ zone = "", theme = "" }) {
  const setColorMode = useSetColorMode();
  useEffect(followServerClock, []);
  useEffect(() => setZone(zone), [zone]);
  useEffect(() => {
    if (!theme || window.localStorage.getItem(APPLIED) === theme) return;
    window.localStorage.setItem(APPLIED, theme);
    setColorMode(theme);
  }, [theme]);
  return null;
}
