// A step to be read: its texts and commands, and where its options lead.
import { Prose } from "../../web/widgets/prose.jsx";

export const KINDS = { decision: "Decision", action: "Action", solution: "Solution" };
export const ENDINGS = { solved: "Solved", escalate: "Escalate" };

export const endingWords = (ending) => ENDINGS[ending] ?? "None";
export const targetWords = ({ to, to_title: title }) => title || `a step that does not exist (${to})`;

export function StepBody({ step }) {
  return (
    <div className="step-read">
      {step.body ? <Prose text={step.body} /> : null}
      {step.commands.map((command) => (
        <figure key={`${command.label} ${command.text}`} className="step-command">
          {command.label ? <figcaption>{command.label}</figcaption> : null}
          <pre>{command.text}</pre>
        </figure>
      ))}
      {step.expected ? (
        <p className="step-text">
          <span className="muted">Expected: </span>
          {step.expected}
        </p>
      ) : null}
      {step.options.length ? (
        <ul className="step-options">
          {step.options.map((option) => (
            <li key={option.key}>
              <strong>{option.label}</strong>
              <span className="muted"> leads to </span>
              {targetWords(option)}
            </li>
          ))}
        </ul>
      ) : null}
      {step.ending ? <p className="muted">Ending: {endingWords(step.ending)}</p> : null}
    </div>
  );
}

// What stands below a list that is read page by page.
export function ReadOn({ pages, left }) {
  if (pages.trouble) {
    return (
      <div className="banner banner-warn" role="alert">
        {pages.trouble}
        <button type="button" className="btn" onClick={pages.first ? pages.more : pages.again}>
          Try again
        </button>
      </div>
    );
  }
  if (pages.isReading) {
    return (
      <div className="stack" aria-busy="true" aria-label="Loading">
        <div className="skeleton" />
      </div>
    );
  }
  return pages.hasMore ? (
    <button type="button" className="btn btn-wide" onClick={pages.more}>
      Show more ({left.toLocaleString("en-US")} left)
    </button>
  ) : null;
}
