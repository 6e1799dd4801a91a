// A link to a file, fetched by the browser itself: the pages' router would look for a page there.
export function Download({ href, className = "btn", children }) {
  return (
    <a className={className} href={href} download>
      {children}
    </a>
  );
}
