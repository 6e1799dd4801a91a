// A link to a file that the browser downloads itself: the router would look for a page there.
export function Download({ href, className = "btn", children }) {
  return (
    <a className={className} href={href} download>
      {children}
    </a>
  );
}
