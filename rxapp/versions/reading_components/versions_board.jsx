// The history of a tree: its list, a comparison or one version, as the address says.
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { TreeDiff } from "./tree_diff.jsx";
import { VersionSteps } from "./version_steps.jsx";

const DRAFT = 0;

function numberIn(search, name) {
  const value = search.get(name) ?? "";
  return /^[1-9][0-9]{0,8}$/.test(value) ? Number(value) : DRAFT;
}

function Choice({ label, value, onChange, newest, hasDraft }) {
  const numbers = Array.from({ length: newest }, (_, at) => newest - at);
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {hasDraft ? <option value={DRAFT}>The draft</option> : null}
        {numbers.map((number) => (
          <option key={number} value={number}>
            Version {number}
          </option>
        ))}
      </select>
    </label>
  );
}

function Picker({ base, newest, old, newer }) {
  const navigate = useNavigate();
  const [from, setFrom] = useState(old);
  const [to, setTo] = useState(newer);
  useEffect(() => {
    setFrom(old);
    setTo(newer);
  }, [old, newer]);
  const compare = (event) => {
    event.preventDefault();
    const view = new URLSearchParams(window.location.search).get("view");
    navigate(`${base}?old=${from}${to ? `&new=${to}` : ""}${view === "canvas" ? "&view=canvas" : ""}`);
  };
  return (
    <form className="version-picker" onSubmit={compare}>
      <Choice label="Compare" value={from} onChange={setFrom} newest={newest} />
      <Choice label="With" value={to} onChange={setTo} newest={newest} hasDraft />
      <button type="submit" className="btn">
        Compare
      </button>
    </form>
  );
}

export function VersionsBoard({ tree, newest, children }) {
  const [search] = useSearchParams();
  const base = `/trees/${tree}/versions`;
  const editing = `/trees/${tree}/edit`;
  const version = numberIn(search, "version");
  const old = numberIn(search, "old");
  const newer = numberIn(search, "new");
  const back = (
    <Link className="btn version-back" to={base}>
      All versions
    </Link>
  );
  if (version) {
    return (
      <VersionSteps key={version} tree={tree} version={version}>
        <span className="row version-actions">
          {back}
          <button
            type="button"
            className="btn"
            data-opens="take"
            data-given-version={version}
            aria-haspopup="dialog"
          >
            Take as the draft
          </button>
        </span>
      </VersionSteps>
    );
  }
  if (!newest) return children;
  const chosen = { old: old || newest, newer: old ? newer : DRAFT };
  return (
    <div className="stack">
      <Picker base={base} newest={newest} {...chosen} />
      {old ? (
        <section className="stack" aria-label="What changed">
          <div className="version-head">
            <h2>
              From version {old} to {newer ? `version ${newer}` : "the draft"}
            </h2>
            {back}
          </div>
          <TreeDiff
            key={`${old}-${newer}`}
            tree={tree}
            old={old}
            newer={newer}
            editing={newer ? undefined : editing}
          />
        </section>
      ) : (
        children
      )}
    </div>
  );
}
