// A page with an id in its address: the first child until all data on it is that id's, then the
// second. The address is the browser's own, because the state is as late as the connection is slow.
import { useParams } from "react-router";

export function NamedPage({ argument, shown = [], children }) {
  const named = useParams()[argument];
  const isOwn = Boolean(named) && shown.every((id) => id === named);
  const [placeholder, page] = children;
  return isOwn ? page : placeholder;
}
