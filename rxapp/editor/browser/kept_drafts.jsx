// On every page: names the drafts with changes that are not saved yet, and sends the changes of closed tabs,
// so that nobody has to open the editor for that.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link, useLocation } from "react-router";
import { useConnection } from "../../web/widgets/connection.jsx";
import { treesLeftBehind } from "./left_behind.js";
import { unsent } from "./unsent.js";
import { changes, questions } from "./words.js";

const SAYS_AFTER_MS = 1500; // most changes are saved sooner
const SAVED_MS = 6000;
const NONE = [];

// The editor's code is loaded only if there is something to send.
const desksOfTab = () => import("./draft_desks.js");

async function sendLeftBehind(person) {
  const trees = await treesLeftBehind(person);
  if (!trees.length) return;
  const { deskOf } = await desksOfTab();
  trees.forEach((tree) => deskOf(person, tree));
}

async function discard({ person, tree }) {
  const { deskOf } = await desksOfTab();
  deskOf(person, tree).dropAll();
}

function words({ title, status, waiting, asking, trouble }) {
  const what = `${changes(waiting)} to ${title ? `“${title}”` : "a tree"}`;
  const are = waiting === 1 ? "is" : "are";
  const them = waiting === 1 ? "it" : "them";
  if (status === "closed") return `${what} cannot be saved. ${trouble}`;
  if (status === "asks") return `“${title}” needs you: ${questions(asking)} before everything is saved.`;
  if (status === "unkept") return `${what} ${are} not saved yet, and this browser cannot keep ${them}. Leave this tab open.`;
  if (status === "signed out") return `${what} ${are} kept in this browser and will be sent once you sign in.`;
  return `${what} ${are} kept in this browser and will be sent once the server can be reached.`;
}

const nameOf = ({ person, tree }) => `${person}|${tree}`;

// The same drafts, once they have been waiting for a moment.
function useLate(drafts) {
  const [isLate, setLate] = useState(false);
  const isAny = drafts.length > 0;
  useEffect(() => {
    setLate(false);
    if (!isAny) return undefined;
    const timer = setTimeout(() => setLate(true), SAYS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isAny]);
  return isLate ? drafts : NONE;
}

// The titles of drafts that were shown as not saved, and are saved now.
function useSaved(shown, all) {
  const [saved, setSaved] = useState("");
  const said = useRef(new Map()); // kept while a reconnecting page does not know its person yet
  useEffect(() => {
    const open = new Set(all.map(nameOf));
    const done = [...said.current].filter(([name]) => !open.has(name)).map(([, draft]) => draft);
    done.forEach((draft) => said.current.delete(nameOf(draft)));
    shown.forEach((draft) => said.current.set(nameOf(draft), draft));
    const titles = done.filter(({ status }) => status !== "closed").map(({ title }) => `“${title}”`);
    if (titles.length) setSaved(titles.join(", "));
  }, [shown, all]);
  useEffect(() => {
    if (!saved) return undefined;
    const timer = setTimeout(() => setSaved(""), SAVED_MS);
    return () => clearTimeout(timer);
  }, [saved]);
  return saved;
}

export function KeptDrafts({ person }) {
  const all = useSyncExternalStore(unsent.subscribe, unsent.read, () => NONE);
  const { life } = useConnection();
  const { pathname } = useLocation();
  useEffect(() => {
    if (person && life) sendLeftBehind(person);
  }, [person, life]);
  const isElsewhere = (each) => each.person === person && !pathname.startsWith(`/trees/${each.tree}/edit`);
  const shown = useLate(all.filter(isElsewhere));
  const saved = useSaved(shown, all);
  return (
    <div role="status">
      {shown.map((each) => (
        <div key={each.tree} className={`banner page-banner ${each.status === "closed" ? "banner-danger" : "banner-warn"}`}>
          <span className="wrap-any">{words(each)}</span>
          {each.status === "closed" ? (
            <button type="button" className="btn" onClick={() => discard(each)}>
              Discard {each.waiting === 1 ? "it" : "them"}
            </button>
          ) : (
            <Link className="btn" to={`/trees/${each.tree}/edit`}>
              Open the editor
            </Link>
          )}
        </div>
      ))}
      {saved && !shown.length ? <div className="banner banner-ok page-banner">All changes to {saved} are saved.</div> : null}
    </div>
  );
}
