// Takes over what the person chose in their settings: the time zone for every moment on the page,
// and light or dark when they sign in or change it. The button in the shell still wins afterwards.
import { useContext, useEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { setZone } from "./ticker.jsx";

const APPLIED = "rf-theme";

export function Viewer({ zone = "", theme = "" }) {
  const { setColorMode } = useContext(ColorModeContext);
  useEffect(() => setZone(zone), [zone]);
  useEffect(() => {
    if (!theme || window.localStorage.getItem(APPLIED) === theme) return;
    window.localStorage.setItem(APPLIED, theme);
    setColorMode(theme);
  }, [theme]);
  return null;
}
