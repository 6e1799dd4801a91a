// The tree's own fields: title, description, category and tags.
import { useEffect, useState } from "react";
import { Modal } from "../../web/widgets/modal.jsx";
import { set } from "./acts.js";
import { same } from "./draft_model.js";
import { trimmed } from "./limits.js";
import { FieldWords, TypedField } from "./typed_field.jsx";
import { useEditor } from "./use_editor.jsx";

const setHead = (field) => (value) => {
  const { op, value: given } = set(null, field, value);
  return { op, field, value: given };
};

export function TreeSettings() {
  const { draft, limits } = useEditor();
  const { head } = draft;
  return (
    <Modal name="tree-settings" title="About this tree">
      <div className="stack">
        <TypedField label="Title" value={head.title} limit={limits.title} change={setHead("title")} />
        <TypedField label="Description" rows={3} value={head.description} limit={limits.description} change={setHead("description")} />
        <TypedField label="Category" value={head.category} limit={limits.category} change={setHead("category")} />
        <Tags tags={head.tags} />
        <div className="modal-foot">
          <button type="button" className="btn btn-primary" data-closes="">
            Done
          </button>
        </div>
      </div>
    </Modal>
  );
}

function Tags({ tags }) {
  const { desk } = useEditor();
  const [text, setText] = useState(tags.join(", "));
  const read = (value) => [...new Set(value.split(",").map(trimmed).filter(Boolean))];
  useEffect(() => {
    if (!same(read(text), tags)) setText(tags.join(", "));
  }, [tags]);
  const change = setHead("tags");
  return (
    <label className="field">
      <span className="field-label">Tags, separated by commas</span>
      <input
        className="input"
        type="text"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (!same(read(event.target.value), tags)) desk.type(change(read(event.target.value)));
        }}
      />
      <FieldWords change={change(read(text))} text="" />
    </label>
  );
}
