// A form that posts JSON to the sign-in API and then goes to the next page with a full load. The
// typed text stays, whatever the answer. An emailed link has its token after the `#`, where no server
// or log ever sees it. The token is removed from the address bar at once and kept in the browser's
// history until it is used, so that a reload finds it.
import { useEffect, useRef, useState } from "react";
import { FieldLimit } from "./field_limit.jsx";

const UNREACHABLE = { detail: "The server cannot be reached. Try again in a moment." };

async function post(action, body) {
  try {
    const response = await fetch(action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    if (response.ok) return { answer };
    const detail = answer.detail || `The server answered ${response.status}. Try again.`;
    return { problem: { ...answer, detail } };
  } catch {
    return { problem: UNREACHABLE };
  }
}

function nextPage(fallback) {
  const next = new URLSearchParams(window.location.search).get("next") || fallback;
  try {
    const target = new URL(next, window.location.origin);
    return target.origin === window.location.origin ? target.href : "/";
  } catch {
    return "/";
  }
}

function takeToken() {
  const state = window.history.state ?? {};
  const token = window.location.hash.slice(1) || state.mailedToken || "";
  if (token) window.history.replaceState({ ...state, mailedToken: token }, "", window.location.pathname);
  return token;
}

function forgetToken() {
  const { mailedToken, ...state } = window.history.state ?? {};
  if (mailedToken) window.history.replaceState(state, "");
}

// The browser's time zone: sent along, with nothing to fill in.
function OwnZone({ name }) {
  const [zone, setZone] = useState("");
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""), []);
  return <input type="hidden" name={name} value={zone} />;
}

function Field({ each }) {
  if (each.type === "zone") return <OwnZone name={each.name} />;
  return (
    <label className="field">
      <span className="field-label">{each.label}</span>
      <input
        className="input"
        name={each.name}
        type={each.type}
        autoComplete={each.autocomplete}
        inputMode={each.inputmode}
        minLength={each.min}
        autoFocus={each.focus}
        required
      />
      {each.max ? <FieldLimit limit={each.max} /> : null}
      {each.hint ? <span className="field-hint">{each.hint}</span> : null}
    </label>
  );
}

const CODE = {
  name: "code",
  label: "Code",
  type: "text",
  autocomplete: "one-time-code",
  max: 40,
  focus: true,
  hint: "From your authenticator app, or one of your recovery codes.",
};

export function AuthForm({
  action,
  fields,
  submit,
  demo = [],
  password = "",
  tokenField = "",
  preview = "",
  done = "",
  next = "/",
}) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [wantsCode, setWantsCode] = useState(false);
  const [finished, setFinished] = useState(false);
  const [invited, setInvited] = useState(null);
  const [dead, setDead] = useState(false);
  const form = useRef(null);
  const token = useRef(null);

  useEffect(() => {
    if (!tokenField || token.current !== null) return;
    token.current = takeToken();
    if (!token.current) {
      setError("Open this page with the link that you were sent.");
      setDead(true);
      return;
    }
    if (!preview) return;
    post(preview, { token: token.current }).then(({ answer, problem }) => {
      if (answer) setInvited(answer);
      else {
        setError(problem.detail);
        setDead(problem.status === 404);
        if (problem.status === 404) forgetToken();
      }
    });
  }, [tokenField, preview]);

  const send = async (typed) => {
    if (busy || dead) return;
    setBusy(true);
    setError("");
    const body = tokenField ? { ...typed, [tokenField]: token.current } : typed;
    const { problem } = await post(action, body);
    if (!problem) {
      forgetToken();
      if (done) setFinished(true);
      else window.location.assign(nextPage(next));
      return;
    }
    // The password was right: what is missing is the code.
    const firstAsked = problem.second_factor && !wantsCode;
    if (problem.second_factor) setWantsCode(true);
    setError(firstAsked ? "" : problem.detail);
    setBusy(false);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    send(Object.fromEntries(new FormData(form.current)));
  };
  if (finished) {
    return (
      <div className="auth-form" role="status">
        <p>{done}</p>
        <a className="btn btn-wide" href={next}>
          Continue
        </a>
      </div>
    );
  }
  return (
    <form ref={form} className="auth-form" onSubmit={onSubmit} noValidate={false}>
      {invited ? (
        <p className="auth-invited">
          {invited.invited_by} invites you to join <strong>{invited.account_name}</strong> as{" "}
          {invited.role_label}. You will sign in as <strong>{invited.email}</strong>.
        </p>
      ) : null}
      {fields.map((each) => (
        <Field key={each.name} each={each} />
      ))}
      {wantsCode ? <Field each={CODE} /> : null}
      <div className="form-error" role="alert">
        {error}
      </div>
      <button className="btn btn-primary btn-wide" type="submit" disabled={busy || dead}>
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
