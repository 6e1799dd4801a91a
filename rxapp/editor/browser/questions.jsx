// Conflicts that a person has to decide: both texts side by side, and the choices.
import { useEffect, useRef, useState } from "react";
import { dialogs } from "../../web/widgets/dialogs.js";
import { Modal } from "../../web/widgets/modal.jsx";
import { fieldOf } from "./draft_desk.js";
import { optionOf } from "./draft_model.js";
import { useEditor } from "./use_editor.jsx";
import { ENDING, KIND } from "./words.js";

const FIELD = {
  kind: "kind",
  title: "title",
  body: "text",
  commands: "commands",
  expected: "expected result",
  ending: "ending",
  description: "description",
  category: "category",
  tags: "tags",
  label: "label",
  to: "where it leads",
  start: "start",
  options: "order of the answers",
};

// Returns a function that shows a field's value with titles and labels instead of keys.
function reader(draft, { node, field }) {
  const titleOf = (key) => draft.steps.get(key)?.title ?? "a step that is not there any more";
  const labelOf = (key) => optionOf(draft.steps.get(node), key)?.label ?? "an answer that is not there any more";
  const read = {
    kind: (value) => KIND[value],
    ending: (value) => ENDING[value],
    to: titleOf,
    start: titleOf,
    options: (keys) => keys.map(labelOf).join("\n"),
    commands: (commands) => commands.map((each) => each.text).join("\n"),
    tags: (tags) => tags.join(", "),
  }[field];
  return (value) => {
    if (value === null || value === undefined || value === "") return "";
    if (value.to) return `Answer “${value.label}”, leads to ${titleOf(value.to)}`;
    return read ? read(value) : value;
  };
}

export function Questions() {
  const { asking } = useEditor();
  useEffect(() => {
    if (!asking.length && dialogs.opening?.name === "questions") dialogs.close();
  }, [asking.length]);
  return (
    <Modal name="questions" title="Needs you" wide>
      <div className="stack">
        {asking.map((entry) => (
          <Question key={entry.id} entry={entry} />
        ))}
      </div>
    </Modal>
  );
}

function Question({ entry }) {
  const { draft, choose } = useEditor();
  const { question } = entry;
  const key = question?.node ?? entry.change.node ?? entry.change.node?.key ?? null;
  const title = draft.steps.get(key)?.title ?? question?.title ?? "";
  const what = FIELD[question?.field ?? entry.change.field ?? (entry.change.op === "set_option_label" ? "label" : "")];
  const read = reader(draft, question ?? {});
  const named = [title || "The tree", question?.label && `“${question.label}”`, what].filter(Boolean).join(" · ");
  return (
    <section className="question" aria-label={title || "The tree"}>
      <header className="row-between">
        <h3>{named}</h3>
        {draft.steps.has(key) && (
          <button
            type="button"
            className="btn btn-quiet"
            onClick={() => {
              dialogs.close();
              choose(key);
            }}
          >
            Go there
          </button>
        )}
      </header>
      {!question && <Wrong entry={entry} words={entry.problem} />}
      {question?.reason === "refused" && <Wrong entry={entry} words={question.why} />}
      {question?.reason === "changed" && <Changed entry={entry} read={read} />}
      {question?.reason === "edited" && <Removed entry={entry} words={`${question.by || "Somebody"} has changed this step since. Remove it anyway?`} mine="Remove it" theirs="Keep it" />}
      {question?.reason === "removed" && <Removed entry={entry} words={`${question.by || "Somebody"} has removed this step. Your change: “${read(question.mine)}”`} mine="Bring the step back" theirs="Leave it removed" />}
    </section>
  );
}

function Wrong({ entry, words }) {
  const { desk } = useEditor();
  return (
    <>
      <p>{words}</p>
      <div className="row">
        <button
          type="button"
          className="btn"
          onClick={() => {
            entry.question ??= { reason: "refused" };
            desk.decide(entry.id, "theirs");
          }}
        >
          Drop my change
        </button>
      </div>
    </>
  );
}

function Removed({ entry, words, mine, theirs }) {
  const { desk } = useEditor();
  return (
    <>
      <p>{words}</p>
      <div className="row">
        <button type="button" className="btn btn-primary" onClick={() => desk.decide(entry.id, "mine")}>
          {mine}
        </button>
        <button type="button" className="btn" onClick={() => desk.decide(entry.id, "theirs")}>
          {theirs}
        </button>
      </div>
    </>
  );
}

function Changed({ entry, read }) {
  const { desk } = useEditor();
  const { question } = entry;
  const isText = fieldOf(entry.change) !== null && typeof question.mine === "string";
  const [text, setText] = useState(null);
  const field = useRef(null);
  useEffect(() => {
    if (text !== null) field.current?.focus();
  }, [text === null]);
  const buttons = [
    ["mine", "Use mine"],
    ["theirs", "Use theirs"],
  ];
  return (
    <>
      <p>{question.by || "Somebody"} changed this while you did.</p>
      <div className="sides">
        <figure>
          <figcaption>Mine</figcaption>
          <pre>{read(question.mine) || "(empty)"}</pre>
        </figure>
        <figure>
          <figcaption>{question.by ? `${question.by}’s` : "Theirs"}</figcaption>
          <pre>{read(question.theirs) || "(empty)"}</pre>
        </figure>
      </div>
      {text !== null && (
        <textarea
          ref={field}
          className="input"
          rows={4}
          aria-label="Your own wording"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <div className="row">
        {text === null ? (
          <>
            {buttons.map(([which, label]) => (
              <button key={which} type="button" className="btn" onClick={() => desk.decide(entry.id, which)}>
                {label}
              </button>
            ))}
            {isText && (
              <button type="button" className="btn" onClick={() => setText(`${read(question.theirs)}\n${read(question.mine)}`)}>
                Write it by hand
              </button>
            )}
          </>
        ) : (
          <button type="button" className="btn btn-primary" onClick={() => desk.decide(entry.id, "edited", text.trim())}>
            Use this text
          </button>
        )}
      </div>
    </>
  );
}
