// Find and replace in all texts of the tree, with a preview. One undo takes all of it back.
import { useMemo, useState } from "react";
import { dialogs } from "../../web/widgets/dialogs.js";
import { Modal } from "../../web/widgets/modal.jsx";
import { replacements } from "./acts.js";
import { useEditor } from "./use_editor.jsx";
import { places } from "./words.js";

const WHERE = { title: "Title", body: "Text", expected: "Expected result", commands: "Commands", answer: "Answer" };
const SHOWN = 100;

export function ReplaceDialog() {
  return (
    <Modal name="replace" title="Find and replace" wide>
      <Replace />
    </Modal>
  );
}

function Replace() {
  const { desk, draft, say } = useEditor();
  const [find, setFind] = useState("");
  const [put, setPut] = useState("");
  const [matchCase, setMatchCase] = useState(false);
  const [skipped, setSkipped] = useState(new Set());
  const found = useMemo(() => replacements(draft, find, put, matchCase), [draft, find, put, matchCase]);
  const wrong = found.filter((each) => desk.check(each.change));
  const name = (each) => `${each.node} ${each.where} ${each.before}`;
  const taken = found.filter((each) => !skipped.has(name(each)) && !desk.check(each.change));
  const replace = () => {
    desk.act(taken.map((each) => each.change), "Find and replace");
    say(`Replaced in ${places(taken.length)}.`);
    dialogs.close();
  };
  return (
    <div className="stack">
      <div className="field-pair">
        <label className="field">
          <span className="field-label">Find</span>
          <input className="input" type="text" value={find} onChange={(event) => setFind(event.target.value)} />
        </label>
        <label className="field">
          <span className="field-label">Replace with</span>
          <input className="input" type="text" value={put} onChange={(event) => setPut(event.target.value)} />
        </label>
      </div>
      <label className="row">
        <input type="checkbox" checked={matchCase} onChange={(event) => setMatchCase(event.target.checked)} />
        Match case
      </label>
      <p className="muted" aria-live="polite">
        {find ? `${places(found.length)} found.` : "Type what to find."}
        {wrong.length > 0 && ` ${wrong.length} would be too long or empty and stay as they are.`}
      </p>
      <ul className="replacements">
        {found.slice(0, SHOWN).map((each) => (
          <li key={name(each)}>
            <label>
              <input
                type="checkbox"
                checked={!skipped.has(name(each)) && !desk.check(each.change)}
                disabled={Boolean(desk.check(each.change))}
                onChange={(event) => {
                  const next = new Set(skipped);
                  if (event.target.checked) next.delete(name(each));
                  else next.add(name(each));
                  setSkipped(next);
                }}
              />
              <span>
                <strong>
                  {each.title} · {WHERE[each.where]}
                </strong>
                <del>{each.before}</del>
                <ins>{each.after}</ins>
              </span>
            </label>
          </li>
        ))}
        {found.length > SHOWN && <li className="muted">and {found.length - SHOWN} more</li>}
      </ul>
      <div className="modal-foot">
        <button type="button" className="btn" data-closes="">
          Cancel
        </button>
        <button type="button" className="btn btn-primary" disabled={!taken.length} onClick={replace}>
          Replace {taken.length || ""}
        </button>
      </div>
    </div>
  );
}
