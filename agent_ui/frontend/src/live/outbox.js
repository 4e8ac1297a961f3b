/**
 * Commands that wait for their answer, as pure functions of an immutable list.
 *
 * A command keeps its id for ever: sent again after a reconnect it carries the same one, and the
 * server, which takes an id once, answers what it answered before.
 */

export const EMPTY = Object.freeze([]);

export const add = (outbox, command) => [...outbox, command];

/** Takes the answered command out: `[rest, command]`, or `[outbox, null]` if none waits for it. */
export function settle(outbox, id) {
  const command = outbox.find((waiting) => waiting.id === id) ?? null;
  return [command ? outbox.filter((waiting) => waiting !== command) : outbox, command];
}

/** The wire form of everything unanswered, oldest first. */
export const unanswered = (outbox) => outbox.map(toMessage);

export const toMessage = ({ id, name, args }) => ({ type: "command", id, name, args });
