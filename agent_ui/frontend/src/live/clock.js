/**
 * The server's clock, seen from the browser.
 *
 * A stamp is always older than its arrival, so of several stamps the one that puts the server
 * furthest ahead was the fastest and is the best. A ping's answer bounds the error by half its
 * way, so a quick answer replaces any estimate from stamps.
 */

const FORGET_AFTER_MS = 5 * 60 * 1000;

export const UNKNOWN = Object.freeze({ offset: 0, error: Infinity, at: -Infinity });

/** Learns from a stamp `now` (server ms) received at `received` (local ms). */
export function fromStamp(estimate, now, received) {
  const offset = now - received;
  const old = received - estimate.at > FORGET_AFTER_MS || estimate.error === Infinity;
  if (old || offset > estimate.offset) return { offset, error: old ? 1000 : estimate.error, at: received };
  return estimate;
}

/** Learns from a ping sent at `sent` and answered at `received` with the server's `now`. */
export function fromPong(estimate, now, { sent, received }) {
  const error = (received - sent) / 2;
  if (error > estimate.error && received - estimate.at <= FORGET_AFTER_MS) return estimate;
  return { offset: now + error - received, error, at: received };
}

/** The server's time in ms when the browser's clock says `local`. */
export const serverTime = (estimate, local) => local + estimate.offset;
