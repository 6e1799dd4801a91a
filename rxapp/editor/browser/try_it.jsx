// From the editor to the trial of the draft, in a tab of its own: the same one for each tree.
import { useEffect, useRef } from "react";
import { useEditor } from "./use_editor.jsx";

const WAIT_MS = 2000;

const addressOf = (tree, step) => `/trees/${tree}/try${step ? `?step=${encodeURIComponent(step)}` : ""}`;
const tabOf = (tree) => `rf-try-${tree}`;

// Sends what is not saved first, but waits only a moment: the trial itself says what it does not have.
// The tab is opened before that, because browsers allow it only while a click or a key is handled.
export async function openTrial(desk, step, say) {
  const tab = window.open("", tabOf(desk.tree));
  if (!tab) return say("Your browser did not open the trial. Allow this site to open tabs.");
  await Promise.race([desk.flush(), new Promise((done) => setTimeout(done, WAIT_MS))]);
  tab.location.href = addressOf(desk.tree, step);
  return tab.focus();
}

// Shows the step that is to be edited when somebody says so in the trial.
export function useTrialLinks(desk, openStep) {
  const open = useRef(openStep);
  open.current = openStep;
  useEffect(() => {
    window.name = `rf-edit-${desk.client}`; // by which the trial finds this tab again
    const hear = ({ origin, data }) => {
      if (origin === window.location.origin && typeof data?.openStep === "string") open.current(data.openStep);
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, [desk]);
}

export function TryIt() {
  const { desk, tryFrom } = useEditor();
  const onClick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    tryFrom("");
  };
  return (
    <a className="btn" href={addressOf(desk.tree)} target={tabOf(desk.tree)} onClick={onClick}>
      Try it
    </a>
  );
}

// How much of the draft its trial has shown to this person, once it has shown anything.
export function SeenCount() {
  const { draft, seen, forgetSeen } = useEditor();
  const count = [...draft.steps.keys()].filter((key) => seen.steps.has(key)).length;
  if (!count) return null;
  const [some, all] = [count, draft.steps.size].map((each) => each.toLocaleString("en-US"));
  return (
    <span className="seen-count">
      <span className="badge badge-seen">
        {some} of {all} {draft.steps.size === 1 ? "step" : "steps"} seen
      </span>
      <button type="button" className="tool" onClick={forgetSeen}>
        Forget<span className="sr-only"> what was seen in the trial</span>
      </button>
    </span>
  );
}
