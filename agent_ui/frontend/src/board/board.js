/** What the board's tables show of the live state. */

import { load, save } from "../shared/prefs.js";
import { t } from "../shared/page.js";
import { byReadiness, groupOf, presence } from "../shared/presence.js";
import { queueName, queuesOf } from "../shared/queues.js";

const WAITING = ["new", "queued", "ringing"];

export const board = (live) => ({
  t,
  only: load("board.only", "shift"),

  get link() { return live.store.link; },
  get ready() { return live.store.state !== null; },

  get queues() {
    return queuesOf(live.store.state)
      .map((one) => ({ ...one, group: this.pressure(one) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  },

  get agents() {
    return Object.entries(live.store.state?.colleagues ?? {})
      .filter(([, person]) => this.only === "all" || person.on_shift)
      .sort(([, a], [, b]) => byReadiness(a, b))
      .map(([agent, person]) => this.row(agent, person));
  },

  get calls() {
    return Object.values(live.store.state?.calls ?? {})
      .sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
      .map((call) => ({
        ...call,
        queue_name: queueName(call.queue, call.queue_name),
        agent: this.nameOf(call),
        group: this.callGroup(call),
      }));
  },

  pressure({ waiting, available }) {
    if (!waiting) return "free";
    return available ? "away" : "trouble";
  },

  row(agent, person) {
    const { code, since } = presence(person);
    return { agent, name: person.name, code, since, group: groupOf(code) };
  },

  nameOf(call) {
    const agent = call.offered_to ?? (WAITING.includes(call.state) ? null : call.owner);
    return live.store.state.colleagues?.[agent]?.name ?? "";
  },

  callGroup({ state }) {
    if (WAITING.includes(state)) return "away";
    return state === "wrap_up" ? "closing" : "busy";
  },

  show(event) {
    this.only = event.target.value;
    save("board.only", this.only);
  },

  reclaim() { live.reclaim(); },
});
