// The keys of the editor, listed under `?`.
import { Modal } from "../../web/widgets/modal.jsx";

const KEYS = [
  ["Everywhere", [["Ctrl Z", "Undo"], ["Ctrl Shift Z", "Redo"], ["Ctrl F", "Find a step"], ["Ctrl H", "Find and replace"], ["Ctrl .", "Hide or show the step beside the tree"], ["Esc", "Back to the list of steps"], ["?", "This list"]]],
  [
    "In the list of steps",
    [
      ["↑ ↓", "The step above or below"],
      ["→ ←", "Open or fold a branch; go in or out"],
      ["*", "Open all branches"],
      ["Enter", "Edit the step"],
      ["Shift Enter", "Try from the step"],
      ["Insert or +", "Add an answer with a new step"],
      ["Delete", "Remove the step"],
      ["Alt ↑ ↓", "Move the answer"],
      ["Ctrl C, X, V", "Copy, cut, paste the step; with Shift its branch"],
      ["A to Z", "Jump to a title"],
    ],
  ],
  [
    "On the canvas",
    [
      ["↑ ↓ ← →", "From step to step"],
      ["*", "Open all branches"],
      ["Enter", "Edit the step"],
      ["Shift Enter", "Try from the step"],
      ["+", "Add an answer with a new step"],
      ["D", "Duplicate the step"],
      ["Delete", "Remove the selected steps"],
    ],
  ],
  ["In a text", [["Ctrl B, I, E, K", "Bold, italic, code, link"]]],
];

export function KeysDialog() {
  return (
    <Modal name="editor-keys" title="Keys of the editor">
      <div className="editor-keys">
        {KEYS.map(([place, keys]) => (
          <section key={place}>
            <h3>{place}</h3>
            <dl className="keys">
              {keys.map(([key, what]) => (
                <div key={key} className="key-row">
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p>
          <a href="/guide/" target="_blank" rel="noopener">
            The guide: writing a tree
          </a>
        </p>
      </div>
    </Modal>
  );
}
