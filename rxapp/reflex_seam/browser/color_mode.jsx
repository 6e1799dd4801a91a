// Where Reflex keeps whether the page is light or dark.
import { useContext } from "react";
import { ColorModeContext } from "$/utils/context-registry";

// Returns the function that sets "light", "dark" or "system".
export function useSetColorMode() {
  return useContext(ColorModeContext).setColorMode;
}
