// Which dialog of the page is open, and what it was opened for. One is open at a time.
import { newName } from "./text_store.js";

const GIVEN = "data-given-";

function givenBy(opener) {
  const given = [...opener.attributes].filter((each) => each.name.startsWith(GIVEN));
  return Object.fromEntries(given.map((each) => [each.name.slice(GIVEN.length), each.value]));
}

class Dialogs {
  // The dialog's `name`, the `id` of this opening, the values that the opener has `given`, and the
  // `path` of the page that it was opened on.
  opening = null;
  // The element of the open dialog, once it is drawn.
  element = null;
  #listeners = new Set();

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  open(name, given = {}) {
    this.#change({ name, id: newName(), given, path: window.location.pathname });
  }

  close() {
    if (this.opening) this.#change(null);
  }

  // The page no longer draws the dialog, or the address has changed. The page may only be reloading
  // its data, so its dialog stays open; on another page it closes.
  left = () => {
    if (this.opening && this.opening.path !== window.location.pathname) this.close();
  };

  closeOpening(id) {
    if (this.opening?.id === id) this.close();
  }

  // The server accepted the form of an opening: the dialog closes, or the one it leads to opens.
  taken(id) {
    if (!id || this.opening?.id !== id) return;
    const next = document.querySelector(`[data-dialog="${this.opening.name}"]`)?.dataset.leadsTo;
    if (next) this.open(next);
    else this.close();
  }

  // Anything on the page opens a dialog with [data-opens="name"], or closes it with [data-closes].
  pressed = ({ target }) => {
    const opener = target.closest?.("[data-opens]");
    if (opener) this.open(opener.dataset.opens, givenBy(opener));
    else if (target.closest?.("[data-closes]")) this.close();
  };

  drawn(element) {
    this.element = element;
    this.#tell();
  }

  #change(opening) {
    this.opening = opening;
    this.#tell();
  }

  #tell() {
    this.#listeners.forEach((listener) => listener());
  }
}

export const dialogs = new Dialogs();
