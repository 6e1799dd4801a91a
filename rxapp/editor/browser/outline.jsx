// The draft as an indented list that follows the tree-view pattern of the ARIA practices. With the keyboard,
// it can do everything that the canvas can.
import { memo, useLayoutEffect, useMemo, useRef } from "react";
import { addOption, moveOption } from "./acts.js";
import { same } from "./draft_model.js";
import { branch, outline } from "../../trees/browser/shape.js";
import { useClipboard } from "./use_clipboard.jsx";
import { useEditor } from "./use_editor.jsx";
import { KIND } from "./words.js";

const SIGN = { decision: "?", action: "!", solution: "✓" };
const TYPED_MS = 700;

export function Outline({ folded, setFolded }) {
  const { desk, draft, shape, chosen, choose, say, openStep, marks, others, askRemoval, seen, tryFrom } = useEditor();
  const rows = useMemo(() => outline(shape, folded), [shape, folded]);
  const list = useRef(null);
  const typed = useRef({ text: "", at: 0 });
  const focus = useRef(null);
  const at = Math.max(0, rows.findIndex((row) => row.id === focus.current && row.key === chosen));
  const current = rows[at]?.key === chosen ? at : Math.max(0, rows.findIndex((row) => !row.isLink && row.key === chosen));

  const element = (row) => list.current?.querySelector(`[id="${CSS.escape(row.id)}"]`);
  const go = (row) => {
    if (!row) return;
    focus.current = row.id;
    if (!row.isMissing) choose(row.key);
    requestAnimationFrame(() => element(row)?.focus());
  };
  useLayoutEffect(() => {
    rows[current] && element(rows[current])?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  // The row that somebody looks at keeps its place on the screen when branches open or fold.
  const stays = useRef(null);
  const keep = (row) => {
    const found = element(row);
    if (found) stays.current = { row, top: found.getBoundingClientRect().top };
  };
  useLayoutEffect(() => {
    const { row, top } = stays.current ?? {};
    stays.current = null;
    const found = row && element(row);
    if (!found) return;
    const moved = found.getBoundingClientRect().top - top;
    const box = list.current.closest(".editor-steps");
    if (box.scrollHeight > box.clientHeight) box.scrollTop += moved;
    else window.scrollBy(0, moved);
  }, [rows]);
  const unfoldAll = (row) => {
    keep(row);
    setFolded(new Set());
  };

  const fold = (row, isFolded) => {
    keep(row);
    const next = new Set(folded);
    if (isFolded) next.add(row.key);
    else next.delete(row.key);
    setFolded(next);
  };
  const add = (row) => {
    const { changes, key } = addOption(draft, row.key);
    desk.act(changes, "Add an answer and a step");
    say("Added an answer and a new step.");
    openStep(key);
  };
  const move = (row, by) => {
    if (!row.from) return;
    const changes = moveOption(draft, row.from, row.option.key, by);
    if (desk.act(changes, "Move an answer")) say(by < 0 ? "Moved up." : "Moved down.");
    requestAnimationFrame(() => element(row)?.focus());
  };
  const jump = (key) => {
    const now = Date.now();
    typed.current = { text: (now - typed.current.at < TYPED_MS ? typed.current.text : "") + key.toLowerCase(), at: now };
    const title = (row) => (draft.steps.get(row.key)?.title ?? "").toLowerCase();
    const from = typed.current.text.length > 1 ? current : current + 1;
    const found = [...rows.slice(from), ...rows.slice(0, from)].find((row) => title(row).startsWith(typed.current.text));
    if (found) go(found);
  };

  const onKeyDown = (event) => {
    const row = rows[current];
    if (!row || event.defaultPrevented) return;
    const { key } = event;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const act = {
      ArrowDown: () => (event.altKey ? move(row, 1) : go(rows[current + 1])),
      ArrowUp: () => (event.altKey ? move(row, -1) : go(rows[current - 1])),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => {
        if (row.isLink) return go(rows.find((each) => !each.isLink && each.key === row.key));
        if (row.hasChildren && !row.isOpen) return fold(row, false);
        return row.hasChildren && go(rows[current + 1]);
      },
      ArrowLeft: () => {
        if (!row.isLink && row.hasChildren && row.isOpen) return fold(row, true);
        return go(rows.slice(0, current).findLast((each) => each.level < row.level));
      },
      Enter: () => !row.isMissing && (event.shiftKey ? tryFrom(row.key) : openStep(row.key)),
      Insert: () => !row.isMissing && add(row),
      Delete: () => !row.isLink && askRemoval([row.key]),
    }[key];
    if (act && (isPlain || (event.altKey && key.startsWith("Arrow")))) {
      event.preventDefault();
      act();
    } else if (isPlain && key.length === 1 && key !== " " && key !== "?" && key !== "/") {
      event.preventDefault();
      event.stopPropagation();
      if (key === "+") add(row);
      else if (key === "*") unfoldAll(row);
      else jump(key);
    }
  };

  // Behind a ref, because new functions as props would make every row draw again.
  const doing = useRef(null);
  doing.current = { go, fold };
  useClipboard({
    isHere: () => list.current?.contains(document.activeElement),
    keys: (withBranch) => {
      const row = rows[current];
      if (!row || row.isMissing) return [];
      return withBranch || !row.isOpen ? branch(draft, row.key) : [row.key];
    },
    after: () => rows[current - 1]?.key ?? draft.head.start,
  });
  return (
    <div ref={list} role="tree" aria-label="Steps" className="outline" onKeyDown={onKeyDown}>
      {rows.map((row, n) => (
        <Row
          key={row.id}
          row={row}
          step={draft.steps.get(row.key)}
          isChosen={row.key === chosen}
          isCurrent={n === current}
          mark={row.isLink ? "" : (marks.get(row.key) ?? "")}
          isSeen={row.isLink ? seen.answers.has(`${row.from}:${row.option.key}`) : seen.steps.has(row.key)}
          here={row.isLink ? null : (others.get(row.key) ?? null)}
          doing={doing}
        />
      ))}
    </div>
  );
}

const Row = memo(
  function Row({ row, step, isChosen, isCurrent, mark, isSeen, here, doing }) {
    const title = step?.title ?? `“${row.key}” is missing`;
    const link = row.isBack ? "goes back to " : row.isLink && !row.isMissing ? "goes to " : "";
    return (
      <div
        id={row.id}
        role="treeitem"
        aria-level={row.level}
        aria-posinset={row.position}
        aria-setsize={row.of}
        aria-selected={isChosen}
        aria-expanded={row.hasChildren ? row.isOpen : undefined}
        tabIndex={isCurrent ? 0 : -1}
        className={`outline-row ${row.isLink ? "outline-link" : ""}`}
        style={{ "--level": row.level - 1 }}
        onClick={() => doing.current.go(row)}
      >
        {row.hasChildren ? (
          <span
            className="fold"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              doing.current.fold(row, row.isOpen);
            }}
          >
            {row.isOpen ? "▾" : "▸"}
          </span>
        ) : (
          <span className="fold" aria-hidden="true" />
        )}
        {row.option && <span className="outline-answer">{row.option.label}</span>}
        {step && !row.isLink && (
          <span className={`kind kind-${step.kind}`} aria-hidden="true">
            {SIGN[step.kind]}
          </span>
        )}
        <span className={row.isMissing ? "outline-title field-error" : "outline-title"}>
          {link && <span className="muted">{link}</span>}
          {title}
          {step && !row.isLink && <span className="sr-only">, {KIND[step.kind].toLowerCase()}</span>}
        </span>
        {isSeen && <span className="badge badge-seen">Seen</span>}
        {row.hidden > 0 && <span className="badge num">{row.hidden} hidden</span>}
        {mark && <span className={`dot dot-${mark}`} role="img" aria-label={mark === "error" ? "has an error" : "has a warning"} />}
        {here?.map((author) => (
          <span key={author.client} className={`who who-${author.color}`} title={`${author.name} is here`}>
            {author.initials}
          </span>
        ))}
      </div>
    );
  },
  (was, is) =>
    was.step === is.step &&
    was.isChosen === is.isChosen &&
    was.isCurrent === is.isCurrent &&
    was.mark === is.mark &&
    was.isSeen === is.isSeen &&
    (was.here === is.here || same(was.here, is.here)) &&
    (was.row === is.row || same(was.row, is.row)),
);
