/**
 * The four states of the connection, as one table, and what the pill shows.
 *
 * `live`: the socket stands and a snapshot has come. `reconnecting`: it is being made anew.
 * `offline`: the browser has no network, or we tried in vain for a while. `elsewhere`: the server
 * closed us because this employee works in another place; we do not fight over it.
 */

const ATTEMPTS_BEFORE_OFFLINE = 4;

const TABLE = {
  reconnecting: { snapshot: "live", lost: "reconnecting", network_gone: "offline", displaced: "elsewhere", gave_up: "offline" },
  live: { snapshot: "live", lost: "reconnecting", network_gone: "offline", displaced: "elsewhere", gave_up: "offline" },
  offline: { snapshot: "live", lost: "offline", network_gone: "offline", network_back: "reconnecting", displaced: "elsewhere", gave_up: "offline" },
  elsewhere: { retry: "reconnecting" },
};

export const FIRST = "reconnecting";

/** The next state; an event that means nothing in a state leaves it as it is. */
export const next = (state, event) => TABLE[state][event] ?? state;

/** What a failed attempt is called. */
export const failure = (attempt) => (attempt >= ATTEMPTS_BEFORE_OFFLINE ? "gave_up" : "lost");

export const CLOSED = Object.freeze({ SIGNED_OUT: 4001, ELSEWHERE: 4002, BAD_TICKET: 4003 });
