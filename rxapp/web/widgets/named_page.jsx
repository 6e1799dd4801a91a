// A page with an id in its address: shows the first child until all its data belongs to that id, then
// the second. It uses the browser's address, because on a slow connection the state is late.
import { useParams } from "react-router";

export function NamedPage({ argument, shown = [], children }) {
  const named = useParams()[argument];
  const isOwn = Boolean(named) && shown.every((id) => id === named);
  const [placeholder, page] = children;
  return isOwn ? page : placeholder;
}
