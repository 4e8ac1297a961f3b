/** Sentences: a code of the texts with values that the server tells as plain data. */

import { duration, moment } from "./format.js";
import { page, t } from "./page.js";
import { queueName } from "./queues.js";

const STEP = " › ";

/**
 * The text of a code. Values whose name ends in `_on` are days, in `_at` times and in `_s` seconds; a
 * topic, a queue and a skill are told by their names; a value that is a code of the texts by its
 * text. Steps of a keypad are told by name where they have one. A list is told with commas: `needs` are skills with levels, `busy` codes with counts.
 */
export function sentence(code, detail, now) {
  const told = Object.entries(detail ?? {}).map(([name, value]) => [name, plain(name, value, now)]);
  return t(code, Object.fromEntries(told));
}

function plain(name, value, now) {
  if (Array.isArray(value)) return value.map((one) => plain(name, one, now)).join(", ");
  if (name === "queue") return queueName(value);
  if (name === "needs") return need(value);
  if (name === "busy") return counted(value);
  if (name.endsWith("_s")) return duration(Number(value));
  if (name.endsWith("_on")) return day(value);
  if (name.endsWith("_at")) return moment(value, now, page);
  if (name === "path") return path(value);
  if (name === "topic") return page.topics?.[value] ?? value;
  return t(value);
}

/** What was chosen at the keypad; a step that only this bank has keeps its own word. */
function path(value) {
  const step = (one) => page.messages[`keypad.step.${one.replaceAll(" ", "_")}`] ?? one;
  return value.split(STEP).map(step).join(STEP);
}

/** A skill with its level; having it at all is the lowest. */
function need(text) {
  const [skill, level] = text.split(/:(?=[^:]*$)/);
  const name = page.skills?.[skill] ?? skill;
  return level === "1" ? name : `${name} ≥ ${level}`;
}

function counted(text) {
  const [code, count] = text.split(/:(?=[^:]*$)/);
  return `${t(code)}: ${count}`;
}

/** A day without a time, which is the same in every time zone. */
export function day(iso) {
  const at = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return "";
  const language = page.language === "en" ? "en-GB" : page.language;
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" }).format(at);
}
