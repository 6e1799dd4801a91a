// Where typed text goes: into the browser's storage, and to the server.
const ANSWER_MS = 15000;
const LARGEST_LAST_WORD = 60000;
const API = "/api/v1/auth/browser/texts";

// How long what was never saved stays in the browser.
export const KEEP_MS = 30 * 24 * 3600 * 1000;

// Returns a name unique to this page; even a duplicated tab, which copies all storage, gets another.
export function newName() {
  return Math.random().toString(36).slice(2) + Date.now().toString(36);
}

// What the browser keeps under names that begin with `prefix`; each value gets the time it was put.
export function storage(prefix) {
  return {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(prefix + key));
      } catch {
        return null;
      }
    },
    // Returns whether the browser took it: it may be full, or keep nothing at all.
    put(key, value) {
      try {
        localStorage.setItem(prefix + key, JSON.stringify({ ...value, at: Date.now() }));
        return true;
      } catch {
        return false;
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(prefix + key);
      } catch {
        // Where nothing can be kept, nothing is left behind either.
      }
    },
    keys(start) {
      try {
        const all = Object.keys(localStorage).filter((key) => key.startsWith(prefix + start));
        return all.map((key) => key.slice(prefix.length));
      } catch {
        return [];
      }
    },
  };
}

export const box = storage("rf-text:");

export async function put(owner, key, request, { last = false } = {}) {
  const [name, session_id, seq] = key.split(":");
  const at = seq ? { seq: Number(seq) } : {};
  const body = JSON.stringify({ ...request, ...at, session_id, writer: owner });
  try {
    const response = await fetch(`${API}/${name}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body,
      keepalive: last && body.length < LARGEST_LAST_WORD,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const answer = await response.json();
    if (response.ok) return { kind: "saved", ...answer };
    if (answer.current) return { kind: "changed", ...answer.current };
    // Signed out, over a limit, or the server is in trouble: it is tried again.
    if (response.status === 401 || response.status === 429 || response.status >= 500) {
      return { kind: "unreachable" };
    }
    return { kind: "refused", why: answer.detail };
  } catch {
    return { kind: "unreachable" };
  }
}
