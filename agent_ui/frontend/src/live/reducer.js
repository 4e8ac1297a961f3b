/**
 * What the screen knows, as a pure function of what the server sent.
 *
 * `hello` replaces the state, `delta` patches it if it is the very next one of its part: what is
 * one's own and what everybody shares are numbered apart. A gap makes the state stale: it stays on
 * the screen, unpatched, until a new snapshot has come.
 */

import { mergePatch } from "./merge.js";

export const EMPTY = Object.freeze({ seq: null, state: null, stale: false });

/** Returns the next view; `view.stale` turning true means: ask for a snapshot. */
export function reduce(view, message) {
  switch (message.type) {
    case "hello":
      return { seq: message.seq, state: message.state, stale: false };
    case "delta":
      return applyDelta(view, message);
    default:
      return view;
  }
}

function applyDelta(view, message) {
  if (view.state === null || view.stale) return { ...view, stale: true };
  const last = view.seq[message.of];
  if (message.seq <= last) return view;
  if (message.seq !== last + 1) return { ...view, stale: true };
  const seq = { ...view.seq, [message.of]: message.seq };
  return { seq, state: mergePatch(view.state, message.patch), stale: false };
}
