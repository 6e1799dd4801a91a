// A choice of the browser's time zones; the empty one follows the browser.
import { useEffect, useState } from "react";

export function ZoneSelect({ name, value = "", label, hint }) {
  const [zones, setZones] = useState([]);
  const [chosen, setChosen] = useState(value);
  useEffect(() => {
    // Only now: the prerendered page must not depend on where it was made.
    setZones(Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : []);
  }, []);
  useEffect(() => setChosen(value), [value]);
  const shown = chosen && !zones.includes(chosen) ? [chosen, ...zones] : zones;
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select className="input" name={name} value={chosen} onChange={(e) => setChosen(e.target.value)}>
        <option value="">As this browser says</option>
        {shown.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </select>
      {hint ? <span className="field-hint">{hint}</span> : null}
    </label>
  );
}
