// What can be said of steps alone. A draft is {head, steps}: `head.start` is the key of the first
// step, `steps` is a Map of steps by their key. Pure.

export const isEnd = (step) => step.kind === "solution";

// The options that lead on from a step.
export const optionsOf = (step) => (isEnd(step) ? [] : step.options);

// The steps in the order of the list.
export function inOrder(draft) {
  return [...draft.steps.values()].sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : 1));
}
