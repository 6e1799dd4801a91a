// The text of a step: Markdown, with a few buttons and a preview.
import { useId, useState } from "react";
import { later } from "../../web/widgets/later.jsx";
import { set } from "./acts.js";
import { FieldWords, useTyped } from "./typed_field.jsx";
import { trimmed } from "./limits.js";
import { useEditor } from "./use_editor.jsx";

const Prose = later(() => import("../../web/widgets/prose.jsx").then((file) => file.Prose));

const MARKS = [
  { name: "Bold", sign: "B", key: "b", around: "**", sample: "bold" },
  { name: "Italic", sign: "I", key: "i", around: "_", sample: "italic" },
  { name: "Code", sign: "‹›", key: "e", around: "`", sample: "code" },
  { name: "List", sign: "•", lines: () => "- " },
  { name: "Numbered list", sign: "1.", lines: (n) => `${n + 1}. ` },
  { name: "Link", sign: "Link", key: "k", link: true, sample: "text" },
];

// Sets a mark around the selection, or removes it. Returns the text and the new selection.
export function marked(mark, text, from, to) {
  const chosen = text.slice(from, to);
  const put = (inside, before, after) => ({
    text: text.slice(0, from) + before + inside + after + text.slice(to),
    from: from + before.length,
    to: from + before.length + inside.length,
  });
  if (mark.lines) {
    const start = text.lastIndexOf("\n", from - 1) + 1;
    const lines = text.slice(start, to).split("\n");
    const made = lines.map((line, n) => mark.lines(n) + line).join("\n");
    return { text: text.slice(0, start) + made + text.slice(to), from: start, to: start + made.length };
  }
  if (mark.link) return put(chosen || mark.sample, "[", "](https://)");
  const { around } = mark;
  const size = around.length;
  if (text.slice(from - size, from) === around && text.slice(to, to + size) === around) {
    return { text: text.slice(0, from - size) + chosen + text.slice(to + size), from: from - size, to: to - size };
  }
  return put(chosen || mark.sample, around, around);
}

export function BodyField({ step }) {
  const { limits } = useEditor();
  const change = (text) => set(step.key, "body", text);
  const { text, type, field } = useTyped(step.body, change);
  const [isPreview, setPreview] = useState(false);
  const id = useId();
  const press = (mark) => {
    const element = field.current;
    const next = marked(mark, text, element.selectionStart, element.selectionEnd);
    type(next.text);
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(next.from, next.to);
    });
  };
  const onKeyDown = (event) => {
    const mark = (event.ctrlKey || event.metaKey) && !event.shiftKey && MARKS.find(({ key }) => key === event.key);
    if (!mark) return;
    event.preventDefault();
    press(mark);
  };
  return (
    <div className="field">
      <div className="field-head">
        <label className="field-label" htmlFor={id}>
          Text
        </label>
        <div className="body-tools" role="toolbar" aria-label="Text format">
          {!isPreview &&
            MARKS.map((mark) => (
              <button key={mark.name} type="button" className="tool" title={mark.name} aria-label={mark.name} onClick={() => press(mark)}>
                {mark.sign}
              </button>
            ))}
          <button type="button" className="tool" aria-pressed={isPreview} onClick={() => setPreview(!isPreview)}>
            Preview
          </button>
        </div>
      </div>
      {isPreview ? (
        <div className="body-preview">{text ? <Prose text={text} /> : <p className="muted">There is no text yet.</p>}</div>
      ) : (
        <textarea
          id={id}
          ref={field}
          className="input"
          rows={6}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          aria-describedby={`${id}-words`}
        />
      )}
      <FieldWords id={`${id}-words`} change={change(trimmed(text))} text={trimmed(text)} limit={limits.body} />
    </div>
  );
}
