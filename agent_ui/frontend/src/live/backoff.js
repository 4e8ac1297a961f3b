/** How long to wait before trying again: doubling, spread by chance, never above five seconds. */

const FIRST_MS = 250;
const LONGEST_MS = 5000;

/** `attempt` counts from 0, `chance` is in [0, 1). */
export function delay(attempt, chance) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
