// Words that several parts of the editor use.
export const KIND = { decision: "Decision", action: "Action", solution: "Solution" };
export const ENDING = { solved: "Solved", escalate: "Escalate" };

const counted = (one) => (n) => (n === 1 ? `1 ${one}` : `${n.toLocaleString("en-US")} ${one}s`);
export const changes = counted("change");
export const questions = counted("question");
export const steps = counted("step");
export const answers = counted("answer");
export const errors = counted("error");
export const warnings = counted("warning");
export const places = counted("place");
