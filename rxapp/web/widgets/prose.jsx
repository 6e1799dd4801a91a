// Markdown as React elements. Raw HTML in it is shown as text and never runs; links open in a new tab
// and are sanitised by the library.
import Markdown from "markdown-to-jsx";

const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: { a: { props: { target: "_blank", rel: "noreferrer noopener" } } },
};

export function Prose({ text }) {
  return (
    <div className="prose">
      <Markdown options={OPTIONS}>{text || ""}</Markdown>
    </div>
  );
}
