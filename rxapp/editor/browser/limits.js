// Says while somebody types what the server would refuse.
import { number, tooLong } from "../../web/widgets/field_limit.jsx";

const SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

// A text as the server keeps it.
export const trimmed = (text) => text.replaceAll("\0", "").replaceAll("\r\n", "\n").replace(SPACE, "");

const REQUIRED = { title: "A title is needed.", label: "An answer needs a label." };

// Returns a function that says what is wrong with a change's value, or returns an empty text.
export function checkWith(limits) {
  return (change) => {
    if (change.op === "set_option_label") return wrong("label", change.label, limits.label);
    if (change.op !== "set_field") return "";
    const { field, value } = change;
    if (field === "commands") return wrongCommands(value, limits);
    if (field === "tags") return wrongTags(value, limits);
    return typeof value === "string" && limits[field] ? wrong(field, value, limits[field]) : "";
  };
}

function wrong(field, text, limit) {
  if (!text && REQUIRED[field]) return REQUIRED[field];
  return tooLong(text, limit);
}

function wrongCommands(commands, limits) {
  if (commands.length > limits.commands) return `A step may have at most ${number(limits.commands)} commands.`;
  for (const { text, label = "" } of commands) {
    if (!text) return "Type the command, or remove its field.";
    const long = tooLong(text, limits.command) || tooLong(label, limits.label);
    if (long) return long;
  }
  return "";
}

function wrongTags(tags, limits) {
  if (tags.length > limits.tags) return `A tree may have at most ${number(limits.tags)} tags.`;
  return tags.map((tag) => tooLong(tag, limits.tag)).find(Boolean) ?? "";
}
