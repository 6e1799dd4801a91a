// Ends the sign-in in this browser, then loads the sign-in page.
export function SignOut({ action, className = "btn", label = "Sign out", children }) {
  const onClick = async () => {
    try {
      await fetch(action, { method: "POST", headers: { "Content-Type": "application/json" } });
    } finally {
      window.sessionStorage.removeItem("token");
      window.location.assign("/sign-in");
    }
  };
  return (
    <button type="button" className={className} onClick={onClick} title={label} aria-label={label}>
      {children}
    </button>
  );
}
