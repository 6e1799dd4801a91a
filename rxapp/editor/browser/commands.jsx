// The commands of a step. If there are several, each has a label.
import { useEffect, useId, useState } from "react";
import { set } from "./acts.js";
import { same } from "./draft_model.js";
import { trimmed } from "./limits.js";
import { FieldWords } from "./typed_field.jsx";
import { useEditor } from "./use_editor.jsx";

const kept = (commands) =>
  commands.map(({ label = "", text }) => (trimmed(label) ? { label: trimmed(label), text: trimmed(text) } : { text: trimmed(text) }));

export function Commands({ step }) {
  const { desk, limits } = useEditor();
  const [commands, setCommands] = useState(step.commands);
  const id = useId();
  useEffect(() => {
    if (!same(kept(commands), kept(step.commands))) setCommands(step.commands);
  }, [step.commands]);
  const change = (value) => set(step.key, "commands", kept(value));
  const type = (n, values) => {
    const next = commands.map((command, at) => (at === n ? { ...command, ...values } : command));
    setCommands(next);
    desk.type(change(next));
  };
  const remove = (n) => {
    const next = commands.toSpliced(n, 1);
    setCommands(next);
    desk.type(change(next));
  };
  return (
    <section className="stack-tight" aria-label="Commands">
      <h3>Commands</h3>
      {commands.map((command, n) => (
        <div key={n} className="command-edit">
          {commands.length > 1 && (
            <input
              type="text"
              className="input"
              aria-label={`Label of command ${n + 1}`}
              placeholder="Label, for example Windows"
              value={command.label ?? ""}
              onChange={(event) => type(n, { label: event.target.value })}
            />
          )}
          <div className="command-line">
            <textarea
              className="input mono"
              rows={Math.min(8, Math.max(1, command.text.split("\n").length))}
              aria-label={commands.length > 1 ? `Command ${n + 1}` : "Command"}
              aria-describedby={`${id}-words`}
              spellCheck={false}
              autoCorrect="off"
              autoCapitalize="off"
              value={command.text}
              onChange={(event) => type(n, { text: event.target.value })}
            />
            <button type="button" className="tool tool-danger" aria-label={`Remove command ${n + 1}`} onClick={() => remove(n)}>
              ✕
            </button>
          </div>
        </div>
      ))}
      <FieldWords id={`${id}-words`} change={change(commands)} text="" />
      {commands.length < limits.commands && (
        <button type="button" className="btn btn-quiet btn-start" onClick={() => setCommands([...commands, { text: "" }])}>
          Add a command
        </button>
      )}
    </section>
  );
}
