// The chosen step, with all its fields.
import { Menu } from "../../web/widgets/menu.jsx";
import { isEnd } from "../../trees/browser/steps.js";
import { duplicate, set } from "./acts.js";
import { BodyField } from "./body_field.jsx";
import { Commands } from "./commands.jsx";
import { Options } from "./options.jsx";
import { TypedField } from "./typed_field.jsx";
import { useEditor } from "./use_editor.jsx";
import { ENDING, KIND } from "./words.js";

const KINDS = [
  ["decision", KIND.decision, "Asks a question"],
  ["action", KIND.action, "Says what to do"],
  ["solution", KIND.solution, "Ends the tree"],
];
const ENDINGS = [
  ["solved", ENDING.solved, "The problem is gone"],
  ["escalate", ENDING.escalate, "A senior has to continue"],
];

export function Inspector({ step }) {
  const { limits, isStart } = useEditor();
  return (
    <section key={step.key} className="card inspector" aria-label="Step" data-step={step.key}>
      <Head step={step} isStart={isStart(step.key)} />
      <Findings step={step} />
      <Choice legend="Kind" name="kind" choices={KINDS} step={step} value={step.kind} />
      <TypedField
        label={step.kind === "decision" ? "Question" : "Title"}
        className="step-title"
        value={step.title}
        limit={limits.title}
        change={(text) => set(step.key, "title", text)}
        data-title=""
      />
      <BodyField step={step} />
      <Commands step={step} />
      <TypedField
        label="Expected result"
        rows={2}
        value={step.expected}
        limit={limits.expected}
        change={(text) => set(step.key, "expected", text)}
      />
      {isEnd(step) ? (
        <Choice legend="Ending" name="ending" choices={ENDINGS} step={step} value={step.ending ?? "solved"} />
      ) : (
        <Options step={step} />
      )}
      <LeadsHere step={step} />
    </section>
  );
}

function Head({ step, isStart }) {
  const { desk, draft, limits, choose, showOutline, askRemoval, tryFrom } = useEditor();
  return (
    <header className="inspector-head">
      <button type="button" className="btn btn-quiet only-narrow" onClick={showOutline}>
        ← Steps
      </button>
      {isStart ? <span className="badge badge-accent">Start</span> : null}
      <button type="button" className="btn btn-quiet" onClick={() => tryFrom(step.key)}>
        Try from here
      </button>
      <Menu label="Step">
        <button
          type="button"
          role="menuitem"
          className="menu-item"
          onClick={() => {
            const { changes, key } = duplicate(draft, step.key, limits);
            desk.act(changes, "Duplicate the step");
            choose(key);
          }}
        >
          Duplicate
        </button>
        {isStart ? null : (
          <button
            type="button"
            role="menuitem"
            className="menu-item"
            onClick={() => desk.act([{ op: "set_start", node: step.key }], "Move the start")}
          >
            Start here
          </button>
        )}
        {draft.steps.size > 1 ? (
          <button type="button" role="menuitem" className="menu-item menu-danger" onClick={() => askRemoval([step.key])}>
            Remove…
          </button>
        ) : null}
      </Menu>
    </header>
  );
}

function Choice({ legend, name, choices, step, value }) {
  const { desk } = useEditor();
  return (
    <fieldset className="choice choice-tight">
      <legend>{legend}</legend>
      {choices.map(([choice, words, hint]) => (
        <label key={choice} title={hint}>
          <input
            type="radio"
            name={`${name}-${step.key}`}
            checked={value === choice}
            onChange={() => desk.act([set(step.key, name, choice)], `Change the ${name}`)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

// What is wrong with a step or, without one, with the tree as a whole.
export function Findings({ step }) {
  const { findings, mend } = useEditor();
  const own = findings.filter((each) => each.node === (step?.key ?? null));
  if (!own.length) return null;
  return (
    <ul className="step-findings" aria-label={`What is wrong with this ${step ? "step" : "tree"}`}>
      {own.map((finding, n) => (
        <li key={n} className={`step-finding step-finding-${finding.severity}`}>
          <span>{finding.message}</span>
          {finding.mend && (
            <button type="button" className="btn" onClick={() => mend(finding)}>
              {finding.mend.label}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function LeadsHere({ step }) {
  const { draft, incoming, choose } = useEditor();
  const edges = incoming.get(step.key) ?? [];
  if (!edges.length) return null;
  return (
    <section className="stack-tight" aria-label="Leads here">
      <h3>Leads here</h3>
      <ul className="leads-here">
        {edges.map(({ from, option }) => (
          <li key={`${from} ${option.key}`}>
            <button type="button" className="chip" onClick={() => choose(from)}>
              {draft.steps.get(from).title}: {option.label}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
