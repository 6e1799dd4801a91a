// Follows the server's clock, and takes over what the person chose: the zone of every moment shown,
// and light or dark when they sign in or change it. The button in the shell still wins afterwards.
import { useContext, useEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { followServerClock } from "./server_clock.jsx";
import { setZone } from "./ticker.jsx";

const APPLIED = "rf-theme";

export function Viewer({ zone = "", theme = "" }) {
  const { setColorMode } = useContext(ColorModeContext);
  useEffect(followServerClock, []);
  useEffect(() => setZone(zone), [zone]);
  useEffect(() => {
    if (!theme || window.localStorage.getItem(APPLIED) === theme) return;
    window.localStorage.setItem(APPLIED, theme);
    setColorMode(theme);
  }, [theme]);
  return null;
}
