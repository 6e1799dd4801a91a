// Follows the server's clock, and takes over what the person chose: the zone of every moment shown,
// and light or dark when they sign in or change it. The button in the shell still wins afterwards.
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
