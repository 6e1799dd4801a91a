// This tab's drafts with unconfirmed changes, for the pages outside their editor.
class Unsent {
  #drafts = [];
  #listeners = new Set();

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  // A list of {person, tree, title, status, waiting, asking, trouble}; a new one only when it has changed.
  read = () => this.#drafts;

  say({ person, tree, title, snapshot: { status, waiting, asking, trouble } }) {
    const isIt = (each) => each.person === person && each.tree === tree;
    const before = this.#drafts.find(isIt);
    const now = waiting ? { person, tree, title, status, waiting, asking: asking.length, trouble } : null;
    if (JSON.stringify(before ?? null) === JSON.stringify(now)) return;
    const others = this.#drafts.filter((each) => !isIt(each));
    this.#drafts = now ? [...others, now] : others;
    this.#listeners.forEach((listener) => listener());
  }
}

export const unsent = new Unsent();
