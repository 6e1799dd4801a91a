// A form that posts JSON to the sign-in API and leaves for the next page with a full load.
// Whatever the answer, what was typed stays.
import { useRef, useState } from "react";

const MESSAGES = { 0: "The server cannot be reached. Try again in a moment." };

async function post(action, body) {
  try {
    const response = await fetch(action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return null;
    const problem = await response.json().catch(() => ({}));
    return problem.detail || `The server answered ${response.status}. Try again.`;
  } catch {
    return MESSAGES[0];
  }
}

function nextPage() {
  const next = new URLSearchParams(window.location.search).get("next") || "/";
  try {
    const target = new URL(next, window.location.origin);
    return target.origin === window.location.origin ? target.href : "/";
  } catch {
    return "/";
  }
}

export function AuthForm({ action, fields, submit, demo = [], password = "" }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(null);

  const send = async (body) => {
    if (busy) return;
    setBusy(true);
    setError("");
    const problem = await post(action, body);
    if (!problem) {
      window.location.assign(nextPage());
      return;
    }
    setError(problem);
    setBusy(false);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    send(Object.fromEntries(new FormData(form.current)));
  };
  return (
    <form ref={form} className="auth-form" onSubmit={onSubmit} noValidate={false}>
      {fields.map((each) => (
        <label className="field" key={each.name}>
          <span className="field-label">{each.label}</span>
          <input
            className="input"
            name={each.name}
            type={each.type}
            autoComplete={each.autocomplete}
            minLength={each.min}
            maxLength={each.max}
            required
          />
          {each.hint ? <span className="field-hint">{each.hint}</span> : null}
        </label>
      ))}
      <div className="form-error" role="alert">
        {error}
      </div>
      <button className="btn btn-primary btn-wide" type="submit" disabled={busy}>
        {busy ? "One moment…" : submit}
      </button>
      {demo.length ? (
        <div className="demo">
          <p className="demo-title">Demo: sign in as</p>
          <div className="demo-people">
            {demo.map((each) => (
              <button
                key={each.email}
                type="button"
                className="btn"
                disabled={busy}
                title={each.email}
                onClick={() => send({ email: each.email, password })}
              >
                {each.label}
              </button>
            ))}
          </div>
        </div>
      ) : null}
    </form>
  );
}
