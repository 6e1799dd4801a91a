// A server only works under its own addresses: under others it refuses sign-ins and live connections.
// Whoever opens it under another name is told where to go, and gets no further here.
import { useEffect, useRef, useState } from "react";
import { followServerClock, onClockSet, rightOrigin } from "./server_clock.jsx";

export function WrongAddress() {
  const [origin, setOrigin] = useState("");
  const dialog = useRef(null);
  useEffect(() => {
    const stop = onClockSet(() => setOrigin(rightOrigin()));
    followServerClock();
    return stop;
  }, []);
  useEffect(() => {
    if (origin && !dialog.current?.open) dialog.current?.showModal();
  }, [origin]);
  if (!origin) return null;
  const { pathname, search, hash } = window.location;
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby="wrong-address"
      onCancel={(event) => event.preventDefault()}
    >
      <header className="modal-head">
        <h2 id="wrong-address">Open ResolutionFlow at its own address</h2>
      </header>
      <div className="modal-body stack">
        <p>
          You are at <strong>{window.location.host}</strong>, where nobody can sign in. This server is
          set up for <strong>{new URL(origin).host}</strong>.
        </p>
        <div className="modal-foot">
          <a className="btn btn-primary" href={origin + pathname + search + hash}>
            Open {new URL(origin).host}
          </a>
        </div>
      </div>
    </dialog>
  );
}
