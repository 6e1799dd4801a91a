// Reads a draft and sends changes to it, with the browser's sign-in.
const ANSWER_MS = 20000;
const LARGEST_LAST_WORD = 60000;
const API = "/api/v1/auth/browser/drafts";

async function ask(path, options = {}) {
  try {
    const response = await fetch(`${API}/${path}`, { signal: AbortSignal.timeout(ANSWER_MS), ...options });
    const body = response.status === 204 ? null : await response.json();
    if (response.ok) return { kind: "done", body };
    if (response.status === 401) return { kind: "signed out" };
    if (body?.asked) return { kind: "asked", body };
    if (response.status === 429 || response.status >= 500) return { kind: "away" };
    return { kind: "refused", body: body ?? {}, status: response.status };
  } catch {
    return { kind: "away" };
  }
}

function post(path, body, last = false) {
  const text = JSON.stringify(body);
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: text,
    keepalive: last && text.length < LARGEST_LAST_WORD,
  });
}

// Every answer is {kind, body}. The kinds: "done", "asked" (a person has to decide), "refused"
// (body.detail says why), "signed out", and "away" (try again later).
export const net = {
  read: (tree) => ask(tree),
  operationsAfter: (tree, revision) => ask(`${tree}/operations?after=${revision}`),
  send: (tree, person, client, operations, { last = false } = {}) =>
    post(`${tree}/operations`, { writer: person, client, operations }, last),
  leave: (tree, client) => post(`${tree}/leave`, { client }, true),
  findings: (tree) => ask(`${tree}/findings`),
};
