/**
 * Runs `act` once what has just become visible is really visible.
 *
 * Alpine's x-show shows in a timeout of its own, after the next tick; only then can it take focus.
 */
export const whenShown = (act) => requestAnimationFrame(() => setTimeout(act));
