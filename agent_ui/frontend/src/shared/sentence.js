/** Sentences of the panel: a code of the texts with values that the server tells as plain data. */

import { moment } from "./format.js";
import { page, t } from "./page.js";

/**
 * The text of a code. Values whose name ends in `_on` are days and in `_at` times; a topic is told
 * by its name; a value that is a code of the texts by its text.
 */
export function sentence(code, detail, now) {
  const told = Object.entries(detail ?? {}).map(([name, value]) => [name, plain(name, value, now)]);
  return t(code, Object.fromEntries(told));
}

function plain(name, value, now) {
  if (name.endsWith("_on")) return day(value);
  if (name.endsWith("_at")) return moment(value, now, page);
  if (name === "topic") return page.topics?.[value] ?? value;
  return t(value);
}

/** A day without a time, which is the same in every time zone. */
export function day(iso) {
  const at = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return "";
  const language = page.language === "en" ? "en-GB" : page.language;
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" }).format(at);
}
