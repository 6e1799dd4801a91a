// A part of a page whose script is loaded only when the part is first shown.
import { useEffect, useState } from "react";

// Returns the component that `load` resolves to, as one that can be used at once. While it is not
// there it shows a skeleton, and if the server does not answer it says so: the page stays as it is.
export function later(load) {
  let Part = null;
  return function Later(props) {
    const [state, setState] = useState("loading");
    const read = () => {
      setState("loading");
      load().then(
        (found) => {
          Part = found;
          setState("loaded");
        },
        () => setState("missing"),
      );
    };
    useEffect(() => {
      if (!Part) read();
    }, []);
    if (Part) return <Part {...props} />;
    if (state === "loading") return <div className="skeleton" aria-busy="true" />;
    return (
      <p className="banner banner-warn" role="alert">
        The server does not answer, so this cannot be shown.
        <button type="button" className="btn" onClick={read}>
          Try again
        </button>
      </p>
    );
  };
}
