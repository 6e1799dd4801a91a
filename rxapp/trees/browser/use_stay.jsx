// What somebody looks at stays where it is on the screen when the cards around it are placed anew:
// the card that was folded or opened, else the chosen one, else the one nearest to the middle.
import { useEffect, useRef } from "react";
import { CARD } from "./layout.js";

function nearest(places, after, flow, root, isShown) {
  const { x, y, zoom } = flow.getViewport();
  const middle = { x: (root.clientWidth / 2 - x) / zoom, y: (root.clientHeight / 2 - y) / zoom };
  let found = null;
  let least = Infinity;
  for (const [key, place] of places) {
    const distance = Math.hypot(place.x + CARD.width / 2 - middle.x, place.y + CARD.height / 2 - middle.y);
    if (distance < least && after.has(key) && isShown(place)) [found, least] = [key, distance];
  }
  return found;
}

// Puts new cards on the board. Returns a ref for the key of the card that is acted on.
export function useStay({ cards, nodes, setNodes, places, shape, chosen, isShown, show, flow, root }) {
  const acted = useRef("");
  const kept = useRef({ places, shape, chosen });
  const due = useRef(null);

  const shift = () => {
    const before = kept.current;
    const wanted = [acted.current, before.chosen].find((key) => {
      const place = before.places.get(key);
      return place && places.has(key) && isShown(place);
    });
    const key = wanted ?? nearest(before.places, places, flow, root.current, isShown);
    const isByHand = (one, other) => one?.x !== other?.x || one?.y !== other?.y;
    if (!key || isByHand(before.shape.steps.get(key), shape.steps.get(key))) return { x: 0, y: 0 };
    const [was, is] = [before.places.get(key), places.get(key)];
    return { x: was.x - is.x, y: was.y - is.y };
  };

  useEffect(() => {
    if (kept.current.places !== places) due.current = { ...shift(), show: "" };
    kept.current = { places, shape, chosen: kept.current.chosen };
    acted.current = "";
    // What is being dragged, and what is selected, stays so under a change by somebody else.
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return cards.map((card) => {
        const was = known.get(card.id) ?? {};
        const position = was.dragging ? was.position : card.position;
        const isSame = was.data === card.data && was.position.x === position.x && was.position.y === position.y;
        return isSame ? was : { ...card, selected: was.selected, dragging: was.dragging, position };
      });
    });
  }, [cards]);
  useEffect(() => {
    const isFirst = kept.current.chosen === chosen;
    kept.current.chosen = chosen;
    if (isFirst) return;
    if (due.current) due.current.show = chosen;
    else show(chosen);
  }, [chosen]);
  useEffect(() => {
    // Only now the library has the new places: both are painted at once.
    const { x, y, show: key } = due.current ?? {};
    due.current = null;
    const view = flow.getViewport();
    if (x || y) flow.setViewport({ x: view.x + x * view.zoom, y: view.y + y * view.zoom, zoom: view.zoom });
    if (key) show(key);
  }, [nodes]);
  return acted;
}
