/** Queues under their names in the reader's language; the server's own name where it has none. */

import { page } from "./page.js";

export const queueName = (queue, name) => page.queues?.[queue] ?? name ?? queue;

/** The queues of a live state, each with its id and name. */
export const queuesOf = (state) =>
  Object.entries(state?.queues ?? {}).map(([queue, facts]) => ({ queue, ...facts, name: queueName(queue, facts.name) }));
