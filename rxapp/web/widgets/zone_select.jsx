// A choice of time zones. Unless a zone is required, the empty choice follows the browser.
import { useEffect, useState } from "react";
import { isZone } from "./time_words.jsx";

function zonesOfTheBrowser() {
  const known = Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : [];
  return known.includes("UTC") ? known : ["UTC", ...known];
}

export function ZoneSelect({ name, value = "", label, hint, required = false }) {
  const [zones, setZones] = useState([]);
  const [chosen, setChosen] = useState(value);
  // Only in the browser: the prerendered page must not depend on where it was built.
  useEffect(() => setZones(zonesOfTheBrowser()), []);
  useEffect(() => setChosen(value), [value]);
  const isUnknown = zones.length > 0 && chosen !== "" && !isZone(chosen);
  const shown = chosen && !zones.includes(chosen) ? [chosen, ...zones] : zones;
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select
        className="input"
        name={name}
        value={chosen}
        required={required}
        aria-invalid={isUnknown || undefined}
        onChange={(event) => setChosen(event.target.value)}
      >
        {required ? null : <option value="">This browser's time zone</option>}
        {shown.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </select>
      {isUnknown ? (
        <span className="field-hint" role="status">
          This browser does not know this time zone, so times are shown in UTC. Choose another.
        </span>
      ) : null}
      {hint ? <span className="field-hint">{hint}</span> : null}
    </label>
  );
}
