// Removes steps, and asks first if there is a choice for the answers that lead to them.
import { useEffect } from "react";
import { dialogs } from "../../web/widgets/dialogs.js";
import { Modal } from "../../web/widgets/modal.jsx";
import { optionsOf } from "../../trees/browser/steps.js";
import { onlyWayOn, remove, removeBranch } from "./acts.js";
import { useEditor } from "./use_editor.jsx";

const NAME = "removal";

export function removalBy({ desk, draft, incoming, parentOf, choose, say, setRemoving }) {
  return (keys) => {
    const [key] = keys;
    const isBetween = incoming.get(key)?.length && optionsOf(draft.steps.get(key)).length;
    const isPlain = keys.length > 1 || !isBetween;
    if (!isPlain) {
      setRemoving(key);
      dialogs.open(NAME);
      return;
    }
    const changes = remove(draft, keys);
    if (!changes) {
      say("A tree needs at least one step.");
      return;
    }
    const next = parentOf(key);
    desk.act(changes, "Remove the step");
    choose(next);
    say(`Removed “${draft.steps.get(key).title}”${keys.length > 1 ? ` and ${keys.length - 1} more` : ""}. Press Ctrl+Z to undo.`);
  };
}

export function Removal({ stepKey, onDone }) {
  const { desk, draft, choose, parentOf, sizeOf, say, focusSteps } = useEditor();
  const step = draft.steps.get(stepKey);
  useEffect(() => {
    if (stepKey && !step && dialogs.opening?.name === NAME) dialogs.close();
  }, [step]);
  const onTo = step ? onlyWayOn(draft, stepKey) : null;
  const count = step ? sizeOf(stepKey) : 0;
  const act = (changes, next) => {
    dialogs.close();
    if (!changes) return say("A tree needs at least one step.");
    desk.act(changes, "Remove the step");
    choose(next);
    onDone();
    focusSteps();
    return say("Removed. Press Ctrl+Z to undo.");
  };
  return (
    <Modal name={NAME} title="Remove the step">
      {step && (
        <div className="stack">
          <p>
            <strong>{step.title}</strong>
          </p>
          {onTo && (
            <button type="button" className="btn" onClick={() => act(remove(draft, [stepKey], onTo), onTo)}>
              Remove it; what led here goes on to “{draft.steps.get(onTo).title}”
            </button>
          )}
          <button type="button" className="btn" onClick={() => act(remove(draft, [stepKey]), parentOf(stepKey))}>
            Remove it and the answers that lead here
          </button>
          {count > 1 && (
            <button type="button" className="btn btn-danger" onClick={() => act(removeBranch(draft, stepKey), parentOf(stepKey))}>
              Remove it and the {count === 2 ? "step" : `${count - 1} steps`} below it
            </button>
          )}
          <div className="modal-foot">
            <button type="button" className="btn" data-closes="">
              Cancel
            </button>
          </div>
        </div>
      )}
    </Modal>
  );
}
