/** Between calls: my shift, my queues, the cards I still owe, my latest cards. */

import { moment } from "../shared/format.js";
import { get, page, t } from "../shared/page.js";
import { queuesOf } from "../shared/queues.js";

const RECENT = 12;

/** A call under the best name there is: the caller's own word, the client's, the number. */
function titled(one) {
  const said = one.caller_name === "unknown" ? "" : one.caller_name;
  return { ...one, title: said || one.party_name || one.number_display || t("number.withheld") };
}

export const idle = (desk) => ({
  kind: desk.phone.preferred(),
  recent: [],

  get starting() { return desk.store.shiftStarting; },
  get unfinished() { return (desk.store.state?.unfinished ?? []).map(titled); },
  get queues() { return queuesOf(desk.store.state); },
  get waiting() { return this.queues.reduce((sum, queue) => sum + (queue.waiting ?? 0), 0); },

  init() {
    this.refresh();
  },

  async refresh() {
    const answer = await get(`/api/v1/call-cards?agent=${encodeURIComponent(page.employee)}&limit=${RECENT}`);
    this.recent = (answer?.items ?? []).map(titled);
  },

  choose(event) { this.kind = event.target.value; },
  startShift() { return desk.phone.startShift(this.kind); },
  when(iso) { return moment(iso, desk.now(), page); },
  open(call) { return desk.openUnfinished(call); },
});
