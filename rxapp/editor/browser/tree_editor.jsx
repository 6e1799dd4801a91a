// The editor of one draft: its steps at the left, the chosen one at the right.
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { dialogs } from "../../web/widgets/dialogs.js";
import { later } from "../../web/widgets/later.jsx";
import { net } from "./draft_net.js";
import { Findings, Inspector } from "./inspector.jsx";
import { KeysDialog } from "./keys_dialog.jsx";
import { LedOutside, useLeft } from "./led_outside.jsx";
import { Outline } from "./outline.jsx";
import { Questions } from "./questions.jsx";
import { Removal, removalBy } from "./removal.jsx";
import { ReplaceDialog } from "./replace_dialog.jsx";
import { branch, incoming as edgesOf, spanningTree } from "../../trees/browser/shape.js";
import { Presence, Status, othersOf } from "./status.jsx";
import { forget, useSeen } from "./seen.js";
import { StepPicker } from "./step_picker.jsx";
import { TreeSettings } from "./tree_settings.jsx";
import { SeenCount, TryIt, openTrial, useTrialLinks } from "./try_it.jsx";
import { Editor, useDesk, useEditor, useShape } from "./use_editor.jsx";
import { beginFolded, useSaid, useView } from "./use_view.jsx";
import { changes, errors as errorCount, steps as stepCount, warnings as warningCount } from "./words.js";

const Canvas = later(() => import("./canvas.jsx").then((file) => file.Canvas));

const BEAT_MS = 5000;
const SAVING_MS = 5000; // the longest that a link waits for saving

export function TreeEditor({ tree, person, revision, authors = [], limits, onLook }) {
  // Another person or another tree gets a new editor: nothing of the previous one stays.
  return person ? (
    <OneEditor key={`${person}|${tree}`} {...{ tree, person, revision, authors, limits, onLook }} />
  ) : null;
}

function OneEditor({ tree, person, revision, authors, limits, onLook }) {
  const { desk, snapshot } = useDesk(person, tree, limits, revision);
  if (!snapshot?.draft) {
    return (
      <div className="stack" aria-busy={!snapshot?.trouble}>
        {snapshot?.trouble ? <p className="field-error">{snapshot.trouble}</p> : [1, 2, 3].map((n) => <div key={n} className="skeleton" />)}
      </div>
    );
  }
  return <Page {...{ desk, snapshot, tree, limits, authors, onLook }} />;
}

const stepInAddress = () => new URLSearchParams(window.location.search).get("step") ?? "";

function useChosen(draft) {
  const [wanted, setWanted] = useState(stepInAddress);
  const chosen = draft.steps.has(wanted) ? wanted : draft.steps.has(draft.head.start) ? draft.head.start : [...draft.steps.keys()][0];
  useEffect(() => {
    const address = `${window.location.pathname}?step=${encodeURIComponent(chosen)}`;
    window.history.replaceState(window.history.state, "", address);
  }, [chosen]);
  return [chosen, setWanted];
}

function usePresence({ tree, desk, chosen, authors, onLook }) {
  const look = useRef(onLook);
  look.current = onLook;
  useEffect(() => {
    const say = () => document.visibilityState === "visible" && look.current(tree, desk.client, chosen);
    say();
    const timer = setInterval(say, BEAT_MS);
    return () => clearInterval(timer);
  }, [tree, chosen]);
  useEffect(() => {
    const leave = () => net.leave(tree, desk.client);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [tree]);
  return useMemo(() => othersOf(authors, desk.client), [authors]);
}

const NOTHING_FOUND = { errors: 0, warnings: 0, items: [] };

// The findings of the draft, read again whenever everything is saved.
function useFindings(tree, snapshot) {
  const [found, setFound] = useState(NOTHING_FOUND);
  const { status, revision } = snapshot;
  useEffect(() => {
    if (status !== "saved") return undefined;
    let isOld = false;
    net.findings(tree).then((answer) => {
      if (!isOld && answer.kind === "done") setFound(answer.body);
    });
    return () => {
      isOld = true;
    };
  }, [tree, status, revision]);
  return found;
}

// A link that saves first, because its page shows the server's draft.
function SavingLink({ to, ...props }) {
  const { desk } = useEditor();
  const navigate = useNavigate();
  const onClick = async (event) => {
    const opensTab = event.ctrlKey || event.metaKey || event.shiftKey;
    if (opensTab || !desk.queue.length) return;
    event.preventDefault();
    await Promise.race([desk.flush(), new Promise((done) => setTimeout(done, SAVING_MS))]);
    navigate(to);
  };
  return <Link to={to} onClick={onClick} {...props} />;
}

function Page({ desk, snapshot, tree, limits, authors, onLook }) {
  const { draft, asking } = snapshot;
  const root = useRef(null);
  const [chosen, choose] = useChosen(draft);
  const [outlineFolded, setOutlineFolded] = useState(() => beginFolded(draft, "outline"));
  const [canvasFolded, setCanvasFolded] = useState(() => beginFolded(draft, "canvas"));
  const [pane, setPane] = useState("steps");
  const { view, setView, isAlone, setAlone } = useView();
  const [removing, setRemoving] = useState("");
  const [said, say] = useSaid();
  const seen = useSeen(desk.person, tree);
  const [left, listLeft, forgetLeft] = useLeft();
  const authorsHere = usePresence({ tree, desk, chosen, authors, onLook });
  const { errors, warnings, items: findings } = useFindings(tree, snapshot);
  const shape = useShape(draft);
  const edges = useMemo(() => edgesOf(shape), [shape]);
  const span = useMemo(() => spanningTree(shape), [shape]);

  const unfold = (key) => {
    const above = [];
    for (let at = span.parents.get(key)?.key; at; at = span.parents.get(at)?.key) above.push(at);
    const open = (folded) => (above.some((each) => folded.has(each)) ? folded.difference(new Set(above)) : folded);
    setOutlineFolded(open);
    setCanvasFolded(open);
  };
  const pick = (key) => {
    if (!key) return;
    unfold(key);
    choose(key);
  };
  const focusTitle = () => root.current?.querySelector("[data-title]")?.focus();
  const openStep = (key) => {
    pick(key);
    setPane("step");
    if (isAlone) setAlone(false);
    setTimeout(() => {
      focusTitle();
      root.current?.querySelector("[data-title]")?.select();
    });
  };
  const focusSteps = () => {
    const focus = () => {
      const steps = root.current?.querySelector('[role="treeitem"][tabindex="0"], .canvas');
      steps?.focus({ preventScroll: true });
      return document.activeElement === steps;
    };
    if (!focus()) setTimeout(focus); // a narrow screen shows the list only after this
  };
  useTrialLinks(desk, openStep);
  const showOutline = () => {
    setPane("steps");
    focusSteps();
  };
  const marks = useMemo(() => new Map([...findings].reverse().map((each) => [each.node, each.severity])), [findings]);
  const others = useMemo(() => Map.groupBy(authorsHere, (author) => author.step), [authorsHere]);
  const step = draft.steps.get(chosen);
  const context = {
    desk,
    draft,
    limits,
    asking,
    chosen,
    choose: pick,
    openStep,
    showOutline,
    say,
    listLeft,
    findings,
    shape,
    span,
    incoming: edges,
    isStart: (key) => key === draft.head.start,
    parentOf: (key) => span.parents.get(key)?.key ?? draft.head.start,
    sizeOf: (key) => branch(draft, key).length,
    marks,
    others,
    focusSteps,
    seen,
    forgetSeen: () => forget(desk.person, tree),
    tryFrom: (key) => openTrial(desk, key, say),
    mend: (finding) => desk.act(finding.mend.changes, finding.mend.label),
  };
  context.askRemoval = removalBy({ ...context, setRemoving });
  const undo = (act, word) => {
    if (!act) return say(`There is nothing to ${word.toLowerCase()}.`);
    if (draft.steps.has(act.node)) pick(act.node);
    return say(act.label ? `${word}: ${act.label}` : `${word}.`);
  };
  const toggleStep = () => {
    const hasFocus = root.current.querySelector(".inspector")?.contains(document.activeElement);
    setAlone(!isAlone);
    say(isAlone ? "The step is shown." : "The step is hidden.");
    if (!isAlone && hasFocus) focusSteps();
  };
  const onKeyDown = (event) => {
    const key = event.key.toLowerCase();
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const act = isCommand && { z: () => (event.shiftKey ? undo(desk.redo(), "Redo") : undo(desk.undo(), "Undo")), y: () => undo(desk.redo(), "Redo"), f: () => root.current.querySelector(".editor-search input").focus(), h: () => dialogs.open("replace"), ".": toggleStep }[key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key === "?" && !event.target.matches("input, textarea")) {
      event.preventDefault();
      event.stopPropagation();
      dialogs.open("editor-keys");
    } else if (event.key === "Escape" && !event.defaultPrevented && event.target.closest(".inspector, .editor-search")) {
      event.preventDefault();
      showOutline();
    }
  };
  // On the document, because Ctrl and Z must work before anything has the focus.
  const keys = useRef(null);
  keys.current = onKeyDown;
  useEffect(() => {
    const listen = (event) => {
      const isOurs = event.target === document.body || root.current?.contains(event.target);
      if (isOurs && !document.querySelector("dialog[open]")) keys.current(event);
    };
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
  return (
    <Editor.Provider value={context}>
      <div ref={root} className={`editor ${isAlone ? "editor-alone" : ""}`} data-pane={pane}>
        <header className="editor-head">
          <div className="page-words">
            <h1>{draft.head.title}</h1>
            <p className="muted small">
              {[stepCount(draft.steps.size), errors && errorCount(errors), warnings && warningCount(warnings)].filter(Boolean).join(" · ")}
            </p>
          </div>
          <SeenCount />
          <Status snapshot={snapshot} onAsk={() => dialogs.open("questions")} />
          <Presence others={authorsHere} draft={draft} choose={openStep} />
          <div className="row">
            <button type="button" className="btn" data-opens="tree-settings">
              About
            </button>
            <SavingLink className="btn" to={`/trees/${tree}/versions`}>
              Versions
            </SavingLink>
            <TryIt />
            <SavingLink className="btn btn-primary" to={`/trees/${tree}/publish`}>
              Review and publish
            </SavingLink>
          </div>
        </header>
        {snapshot.trouble && (
          <p className="field-error" role="alert">
            {snapshot.trouble} {snapshot.waiting ? `Kept in this browser: ${changes(snapshot.waiting)}.` : ""}
          </p>
        )}
        <div className="editor-tools" role="toolbar" aria-label="Editor">
          <button type="button" className="btn btn-quiet" disabled={!snapshot.undoable} onClick={() => undo(desk.undo(), "Undo")}>
            Undo
          </button>
          <button type="button" className="btn btn-quiet" disabled={!snapshot.redoable} onClick={() => undo(desk.redo(), "Redo")}>
            Redo
          </button>
          <div className="segments" role="group" aria-label="View">
            {[
              ["outline", "Outline"],
              ["canvas", "Canvas"],
            ].map(([each, words]) => (
              <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
                {words}
              </button>
            ))}
          </div>
          <div className="editor-search">
            <StepPicker label="Find a step" isSearch onPick={openStep} />
          </div>
          <button type="button" className="btn btn-quiet" data-opens="replace">
            Replace
          </button>
          <button type="button" className="btn btn-quiet" data-opens="editor-keys">
            Editor keys
          </button>
          <a className="btn btn-quiet" href="/guide/" target="_blank" rel="noopener">
            Guide
          </a>
          <button type="button" className="btn btn-quiet editor-beside" title="Ctrl ." onClick={toggleStep}>
            {isAlone ? "Show the step" : "Hide the step"}
          </button>
        </div>
        <p className="editor-said" role="status">
          {said}
        </p>
        <LedOutside left={left} onDone={forgetLeft} />
        <Findings />
        <div className="editor-panes">
          <div className={`card editor-steps editor-${view}`}>
            {view === "outline" ? (
              <Outline folded={outlineFolded} setFolded={setOutlineFolded} />
            ) : (
              <Canvas folded={canvasFolded} setFolded={setCanvasFolded} />
            )}
          </div>
          {step && <Inspector key={step.key} step={step} />}
        </div>
        <Questions />
        <Removal stepKey={removing} onDone={() => setRemoving("")} />
        <ReplaceDialog />
        <KeysDialog />
        <TreeSettings />
      </div>
    </Editor.Provider>
  );
}
