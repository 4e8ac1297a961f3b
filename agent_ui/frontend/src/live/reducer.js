/**
 * What the screen knows, as a pure function of what the server sent.
 *
 * `hello` replaces the state, `delta` patches it if it is the very next one. A gap in the sequence
 * makes the state stale: it stays on the screen, unpatched, until a new snapshot has come.
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
  if (message.seq <= view.seq) return view;
  if (message.seq !== view.seq + 1) return { ...view, stale: true };
  return { seq: message.seq, state: mergePatch(view.state, message.patch), stale: false };
}
