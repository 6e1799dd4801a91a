// A comparison drawn on the canvas, with what the list says of the chosen step beside it.
import { useEffect, useMemo, useState } from "react";
import { Board } from "../../trees/browser/board.jsx";
import { comparedTree, foldedAtFirst } from "./compared_tree.js";
import { ask } from "./page_by_page.js";

// Returns what the server says at the address, again whenever the address changes.
function useAnswer(path) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    if (!path) return undefined;
    let isOld = false;
    setAnswer({});
    ask(path).then((found) => isOld || setAnswer(found));
    return () => {
      isOld = true;
    };
  }, [path]);
  return answer;
}

const Waiting = () => <div className="skeleton" aria-busy="true" aria-label="Loading" />;

function Trouble({ children }) {
  return (
    <p className="banner banner-warn" role="alert">
      {children}
    </p>
  );
}

// `path` is the list's address; `Entry` shows one item of it.
export function TreeCanvas({ path, Entry }) {
  const [address, query] = path.split("?");
  const { body, trouble } = useAnswer(`${address}/drawing${query ? `?${query}` : ""}`);
  if (trouble) return <Trouble>{trouble}</Trouble>;
  return body ? <Drawing answer={body} {...{ path, Entry }} /> : <Waiting />;
}

function Drawing({ answer, path, Entry }) {
  const tree = useMemo(() => comparedTree(answer), [answer]);
  const { draft, shape, span, edges, tones, lineTones, places } = tree;
  const [folded, setFolded] = useState(() => foldedAtFirst(tree));
  const [chosen, setChosen] = useState(() => places.keys().next().value ?? draft.head.start);
  const [said, say] = useState("");
  const choose = (key) => {
    const above = [];
    for (let at = span.parents.get(key)?.key; at; at = span.parents.get(at)?.key) above.push(at);
    if (above.some((each) => folded.has(each))) setFolded(folded.difference(new Set(above)));
    setChosen(key);
  };
  const title = draft.steps.get(chosen)?.title ?? "";
  return (
    <div className="compared">
      <div className="card compared-canvas">
        <Board
          label={`Canvas. ${title}. Arrows move from step to step.`}
          {...{ draft, shape, span, edges, folded, setFolded, chosen, choose, say, tones, lineTones }}
        />
      </div>
      <aside className="compared-step" aria-label="The chosen step">
        <p className="sr-only" role="status">
          {said}
        </p>
        <Chosen key={chosen} {...{ title, path, Entry }} at={places.get(chosen)} />
      </aside>
    </div>
  );
}

function Chosen({ title, path, at, Entry }) {
  const isListed = at !== undefined;
  const { body, trouble } = useAnswer(isListed ? `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ after: at, limit: 1 })}` : "");
  if (trouble) return <Trouble>{trouble}</Trouble>;
  if (isListed && !body) return <Waiting />;
  const item = body?.items[0];
  if (item) return <Entry item={item} />;
  return (
    <div className="card diff-step">
      <div className="diff-step-head">
        <h3>{title}</h3>
        <span className="muted small">Not changed</span>
      </div>
    </div>
  );
}
