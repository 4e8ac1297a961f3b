/** One word for how somebody stands, from availability and activity; pure. */

/** `{code, label}`: `code` picks colour and text, `since` is when it began. */
export function presence(person) {
  return { code: codeOf(person), since: person?.since ?? "" };
}

function codeOf(person) {
  if (!person?.on_shift) return "offline";
  if (person.activity && person.activity !== "idle") return person.activity;
  if (person.availability === "not_ready") return person.reason ?? "not_ready";
  return person.availability ?? "offline";
}

const GROUPS = {
  available: "free",
  offline: "off",
  ringing: "busy",
  on_call: "busy",
  on_hold: "busy",
  wrap_up: "closing",
  not_responding: "trouble",
  phone_unreachable: "trouble",
  console_lost: "trouble",
};

/** The colour group of a code: every reason for not being ready is "away". */
export const groupOf = (code) => GROUPS[code] ?? "away";

const ORDER = ["free", "closing", "busy", "away", "trouble", "off"];

/** Sorts people: who can take a call first, then by name. */
export const byReadiness = (a, b) =>
  ORDER.indexOf(groupOf(codeOf(a))) - ORDER.indexOf(groupOf(codeOf(b))) || a.name.localeCompare(b.name);
