/**
 * When a figure of a queue warns (yellow) or alarms (red); pure.
 *
 * Waiting and abandons are bad from their limit on, the others below it. Shares count from `least`
 * contacts of the day on; agents who could take a call, only while somebody is on shift.
 */

const BELOW = new Set(["service_level", "available"]);
const NAMES = ["waiting", "longest_wait", "available", "service_level", "abandon_rate"];

/** "red", "yellow" or "" of a value; what is not known does not warn. */
export function grade(name, value, levels) {
  if (value === null || value === undefined || !levels) return "";
  const passed = (limit) =>
    limit !== null && limit !== undefined && (BELOW.has(name) ? value < limit : value >= limit);
  if (passed(levels.red)) return "red";
  return passed(levels.yellow) ? "yellow" : "";
}

/** The limits that hold for a queue. */
export const limitsOf = (queue, { usual = {}, limits = {} }) => limits[queue] ?? usual;

/** The figures of a queue that have limits, null where they do not count now. */
export function watched(queue, figures, limits, now) {
  const contacts = (figures.answered ?? 0) + (figures.abandoned ?? 0);
  const counts = contacts >= (limits.least ?? 1);
  const staffed = Object.keys(figures.states ?? {}).length > 0;
  return {
    waiting: queue.waiting ?? 0,
    longest_wait: queue.longest_since ? Math.max(0, (now - Date.parse(queue.longest_since)) / 1000) : 0,
    available: staffed ? (queue.available ?? 0) : null,
    service_level: counts ? (figures.service_level ?? null) : null,
    abandon_rate: counts ? (figures.abandon_rate ?? null) : null,
  };
}

/** Grades by figure, and the worst of them as `worst`. */
export function gradesOf(queue, figures, limits, now) {
  const values = watched(queue, figures, limits, now);
  const grades = Object.fromEntries(NAMES.map((name) => [name, grade(name, values[name], limits[name])]));
  const all = Object.values(grades);
  const worst = all.includes("red") ? "red" : all.includes("yellow") ? "yellow" : "";
  return { ...grades, worst };
}

/** What warns now, the red first: `{queue, name, level, value}`. */
export function alertsOf(rows) {
  const found = rows.flatMap((row) =>
    NAMES.filter((name) => row.grades[name]).map((name) => ({
      id: `${row.queue}.${name}`,
      queue: row.queue,
      title: row.name,
      name,
      level: row.grades[name],
    })),
  );
  return found.sort((a, b) => (a.level === b.level ? 0 : a.level === "red" ? -1 : 1));
}
