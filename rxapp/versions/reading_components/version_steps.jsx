// An old version to read: its steps in walking order.
import { usePageByPage } from "./page_by_page.js";
import { KINDS, ReadOn, StepBody } from "./step_parts.jsx";

export function VersionSteps({ tree, version, children }) {
  const pages = usePageByPage(`${tree}/versions/${version}/steps`);
  const { first, items } = pages;
  return (
    <section className="stack" aria-label={`Version ${version}`}>
      <div className="version-head">
        <h2>Version {version}</h2>
        {first ? (
          <span className="muted">
            {first.steps.toLocaleString("en-US")} {first.steps === 1 ? "step" : "steps"}, read only
          </span>
        ) : null}
        {children}
      </div>
      <ol className="diff-steps">
        {items.map((step) => (
          <li key={step.key} className="card diff-step" data-step={step.key}>
            <div className="diff-step-head">
              <h3>{step.title}</h3>
              <span className="muted small">{KINDS[step.kind]}</span>
            </div>
            <StepBody step={step} />
          </li>
        ))}
      </ol>
      <ReadOn pages={pages} left={first ? first.steps - items.length : 0} />
    </section>
  );
}
