// What changed between two versions of a tree, or from one to the draft. It is read from the server
// page by page: a large difference would be too much for an event.
import { useEffect, useState } from "react";
import { later } from "../../web/widgets/later.jsx";
import { usePageByPage } from "./page_by_page.js";
import { KINDS, ReadOn, StepBody, endingWords, targetWords } from "./step_parts.jsx";

const TreeCanvas = later(() => import("./tree_canvas.jsx").then((file) => file.TreeCanvas));
const NARROW = "(max-width: 760px)"; // --narrow: there is no room for a canvas

const FIELDS = {
  title: "Title",
  description: "Description",
  category: "Category",
  tags: "Tags",
  body: "Text",
  expected: "Expected result",
  kind: "Kind",
  commands: "Commands",
  ending: "Ending",
};
const FATES = { changed: ["Changed", "accent"], added: ["Added", "ok"], removed: ["Removed", "danger"] };
const LONG = 400; // of a text that stayed, only the ends are shown
const END = 140;

function Said({ children }) {
  return <span className="sr-only diff-said">{children}</span>;
}

function Removed({ children }) {
  return (
    <del>
      <Said>removed: </Said>
      {children}
    </del>
  );
}

function Added({ children }) {
  return (
    <ins>
      <Said>added: </Said>
      {children}
    </ins>
  );
}

function Kept({ text, isFirst, isLast }) {
  if (text.length <= LONG) return text;
  return (
    <>
      {isFirst ? "" : text.slice(0, END)}
      <span className="diff-skipped">… {text.length.toLocaleString("en-US")} characters as before …</span>
      {isLast ? "" : text.slice(-END)}
    </>
  );
}

function Pieces({ pieces }) {
  return pieces.map(({ kind, text }, at) => {
    if (kind === "removed") return <Removed key={at}>{text}</Removed>;
    if (kind === "added") return <Added key={at}>{text}</Added>;
    return (
      <span key={at}>
        {at ? <Said> unchanged: </Said> : null}
        <Kept text={text} isFirst={at === 0} isLast={at === pieces.length - 1} />
      </span>
    );
  });
}

const plain = {
  kind: (value) => KINDS[value],
  ending: endingWords,
  tags: (value) => value.join(", "),
};

function Commands({ before, after }) {
  const same = (one) => (other) => one.label === other.label && one.text === other.text;
  const words = ({ label, text }) => (label ? `${label}\n${text}` : text);
  const gone = before.filter((each) => !after.some(same(each)));
  const came = after.filter((each) => !before.some(same(each)));
  return (
    <>
      {gone.map((each) => (
        <pre key={`- ${words(each)}`}>
          <Removed>{words(each)}</Removed>
        </pre>
      ))}
      {came.map((each) => (
        <pre key={`+ ${words(each)}`}>
          <Added>{words(each)}</Added>
        </pre>
      ))}
      {gone.length || came.length ? null : <p>In another order</p>}
    </>
  );
}

function Field({ change }) {
  const { field, before, after, pieces } = change;
  const words = plain[field] ?? ((value) => value);
  return (
    <div className="diff-field">
      <dt>{FIELDS[field]}</dt>
      <dd>
        {field === "commands" ? (
          <Commands before={before} after={after} />
        ) : pieces.length ? (
          <Pieces pieces={pieces} />
        ) : (
          <Replaced before={words(before)} after={words(after)} />
        )}
      </dd>
    </div>
  );
}

function Replaced({ before, after }) {
  if (before === after) return after;
  return (
    <>
      {before ? <Removed>{before}</Removed> : null} {after ? <Added>{after}</Added> : null}
    </>
  );
}

function OptionChange({ change: { before, after } }) {
  const whole = (option) => `“${option.label}”, leads to ${targetWords(option)}`;
  if (!before) return <Added>{whole(after)}</Added>;
  if (!after) return <Removed>{whole(before)}</Removed>;
  return (
    <>
      <Replaced before={before.label} after={after.label} />
      {before.to === after.to ? null : (
        <>
          {" "}
          leads to <Replaced before={targetWords(before)} after={targetWords(after)} />
        </>
      )}
    </>
  );
}

function Options({ options, order }) {
  if (!options.length && !order) return null;
  return (
    <div className="diff-field">
      <dt>Answers</dt>
      <dd>
        <ul className="diff-options">
          {options.map((change) => (
            <li key={change.key}>
              <OptionChange change={change} />
            </li>
          ))}
          {order ? <li>In this order now: {order.join(", ")}</li> : null}
        </ul>
      </dd>
    </div>
  );
}

function Step({ item, editing, as: Element = "li" }) {
  const [word, colour] = FATES[item.kind];
  return (
    <Element className="card diff-step" data-step={item.key} data-kind={item.kind}>
      <div className="diff-step-head">
        <span className={`badge badge-${colour}`}>{word}</span>
        <h3>{item.title}</h3>
        {item.step ? <span className="muted small">{KINDS[item.step.kind]}</span> : null}
        {editing && item.kind !== "removed" ? (
          <a className="small diff-edit" href={`${editing}?step=${encodeURIComponent(item.key)}`}>
            Edit<span className="sr-only"> {item.title}</span>
          </a>
        ) : null}
      </div>
      {item.step ? (
        <StepBody step={item.step} />
      ) : (
        <dl className="diff-fields">
          {item.fields.map((change) => (
            <Field key={change.field} change={change} />
          ))}
          <Options options={item.options} order={item.order} />
        </dl>
      )}
    </Element>
  );
}

function counted({ changed, added, removed }) {
  const steps = (count) => `${count.toLocaleString("en-US")} ${count === 1 ? "step" : "steps"}`;
  const parts = [
    [changed, "changed"],
    [added, "added"],
    [removed, "removed"],
  ].filter(([count]) => count);
  const words = parts.map(([count, what], at) =>
    at ? `${count.toLocaleString("en-US")} ${what}` : `${steps(count)} ${what}`,
  );
  return words.length ? words.join(", ") : "No step changed";
}

function Head({ head, start }) {
  if (!head.length && !start) return null;
  return (
    <div className="card diff-step">
      <div className="diff-step-head">
        <h3>The tree itself</h3>
      </div>
      <dl className="diff-fields">
        {head.map((change) => (
          <Field key={change.field} change={change} />
        ))}
        {start ? (
          <div className="diff-field">
            <dt>Starts with</dt>
            <dd>
              <Removed>{start.before.title || start.before.key}</Removed>{" "}
              <Added>{start.after.title || start.after.key}</Added>
            </dd>
          </div>
        ) : null}
      </dl>
    </div>
  );
}

// The view of a comparison is in the address, so that a link opens it.
function useView() {
  const [view, setView] = useState("list");
  useEffect(() => {
    const wanted = new URLSearchParams(window.location.search).get("view");
    if (wanted === "canvas" && !window.matchMedia(NARROW).matches) setView(wanted);
  }, []);
  const choose = (next) => {
    setView(next);
    const address = new URL(window.location.href);
    if (next === "canvas") address.searchParams.set("view", next);
    else address.searchParams.delete("view");
    window.history.replaceState(window.history.state, "", address);
  };
  return [view, choose];
}

function Views({ view, choose }) {
  return (
    <div className="segments" role="group" aria-label="View">
      {[
        ["list", "List"],
        ["canvas", "Canvas"],
      ].map(([each, words]) => (
        <button key={each} type="button" aria-pressed={view === each} onClick={() => choose(each)}>
          {words}
        </button>
      ))}
    </div>
  );
}

// `newer` 0 is the draft. With `path` it is read from there, below the address of the tree. `revision` is that of the draft which the page shows, if it shows one.
export function TreeDiff({ tree, path, old, newer = 0, revision, editing }) {
  const address = `${tree}/${path ?? `diff?old=${old}${newer ? `&new=${newer}` : ""}`}`;
  const pages = usePageByPage(address);
  const [view, choose] = useView();
  const { first, items } = pages;
  if (!first) return <ReadOn pages={pages} />;
  const all = first.changed + first.added + first.removed;
  const isEmpty = !all && !first.head.length && !first.start;
  const isNewer = pages.hasMoved || (revision !== undefined && !newer && first.revision !== revision);
  return (
    <div className="diff">
      {isNewer ? (
        <p className="banner banner-warn" role="status">
          The draft has changed while you were reading. This is how it is now.
        </p>
      ) : null}
      <div className="diff-head">
        <p className="diff-sum" role="status">
          {isEmpty ? "Nothing differs." : `${counted(first)}.`}
        </p>
        {all ? <Views view={view} choose={choose} /> : null}
      </div>
      <Head head={first.head} start={first.start} />
      {all && view === "canvas" ? (
        <TreeCanvas key={first.revision} path={address} Entry={({ item }) => <Step item={item} editing={editing} as="div" />} />
      ) : (
        <>
          <ol className="diff-steps">
            {items.map((item) => (
              <Step key={`${item.kind} ${item.key}`} item={item} editing={editing} />
            ))}
          </ol>
          <ReadOn pages={pages} left={all - items.length} />
        </>
      )}
    </div>
  );
}
