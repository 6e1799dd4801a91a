// Two desks of the editor without a page, told what to do by lines of JSON on the standard input.
// What a desk asks the server is a line on the standard output, and the next input line its answer.
import { createInterface } from "node:readline";

const folder = new URL("../../rxapp/editor/browser/", import.meta.url);
const { DraftDesk } = await import(new URL("draft_desk.js", folder));
const { apply, draftOf } = await import(new URL("draft_model.js", folder));

const { branch, branchSizes, incoming, outline, sameShape, spanningTree } = await import(
  new URL("../../rxapp/trees/browser/shape.js", import.meta.url)
);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const hear = async () => JSON.parse((await lines.next()).value);

async function ask(request) {
  say(request);
  return hear();
}

const net = {
  async read() {
    const answer = await ask({ ask: "read" });
    return { ...answer, body: { draft: draftOf(answer.body), revision: answer.body.revision } };
  },
  operationsAfter: (_tree, after) => ask({ ask: "operations", after }),
  send: (_tree, _person, client, operations) => ask({ ask: "send", client, operations }),
};

class QuietDesk extends DraftDesk {
  later() {} // what is sent when is said from outside
}

function shown({ head, steps }) {
  return { head, steps: Object.fromEntries([...steps].map(([key, step]) => [key, step])) };
}

// What the page draws of a draft besides its texts.
function shapeOf(draft) {
  const places = [...draft.steps.values()].map(({ key, x, y }) => [key, x, y]);
  return { rows: outline(draft), incoming: [...incoming(draft)], places };
}

const store = { put: () => true, takeOrphans: () => [] };
let desks = {};

const commands = {
  apply({ draft, changes }) {
    const done = apply(draftOf(draft), changes);
    return { draft: shown(done.draft), undo: done.undo, done: done.done };
  },
  sizes({ draft, changes }) {
    const after = apply(draftOf(draft), changes).draft;
    const sizes = branchSizes(spanningTree(after).parents);
    return [...sizes].map(([key, size]) => [size, branch(after, key).length]);
  },
  shapes({ draft, changes }) {
    const before = draftOf(draft);
    const after = apply(before, changes).draft;
    return { isSame: sameShape(before, after), before: shapeOf(before), after: shapeOf(after) };
  },
  async open({ names }) {
    desks = {};
    for (const client of names) {
      desks[client] = new QuietDesk({ tree: "t", person: "p", client, net, store });
      await desks[client].open();
    }
  },
  act: ({ who, changes }) => desks[who].act(changes),
  type: ({ who, change }) => desks[who].type(change),
  undo: ({ who }) => Boolean(desks[who].undo()),
  redo: ({ who }) => Boolean(desks[who].redo()),
  async sync({ who, revision }) {
    desks[who].hear(revision);
    await desks[who].sync();
  },
  decide({ who, which }) {
    for (const entry of desks[who].questions) desks[who].decide(entry.id, which);
  },
  see({ who }) {
    const { base, view, revision, queue, snapshot } = desks[who];
    return { base: shown(base), view: shown(view), revision, queue, status: snapshot.status };
  },
};

for (;;) {
  const { value, done } = await lines.next();
  if (done) break;
  const command = JSON.parse(value);
  const answer = (await commands[command.do](command)) ?? null;
  say({ answer });
}
process.exit(0);
