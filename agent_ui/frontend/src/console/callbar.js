/** The call bar: who, how long, and what can be done now. */

import { t } from "../shared/page.js";
import { queueName } from "../shared/queues.js";
import { possible, run } from "./actions.js";

const WARN_BEFORE_MS = 30_000;

export const callbar = (desk) => ({
  warned: false,
  watch: null,

  get can() {
    return Object.fromEntries(possible(desk.call, desk.me ?? {}, desk.store.phone.call).map((name) => [name, true]));
  },
  get number() { return desk.call?.number_display ?? t("number.withheld"); },
  get title() {
    const call = desk.call ?? {};
    const name = call.party?.name ?? (call.candidates?.length === 1 ? call.candidates[0].name : null);
    return name ?? this.number;
  },
  get stateCode() {
    const call = desk.call ?? {};
    if (call.role === "consulted") return call.consult?.connected ? "consulted" : "asked";
    if (call.role === "offered" && !["ringing"].includes(call.state)) return "ringing";
    return call.state ?? "";
  },
  get queue() { return queueName(desk.call?.queue, desk.call?.queue_name); },
  get stateText() { return t(`call.${this.stateCode}`); },
  /** The moment from which the big timer counts, and what it counts. */
  get timerFrom() {
    const call = desk.call ?? {};
    if (call.state === "held") return call.held_since ?? "";
    if (call.state === "wrap_up") return call.ended_at ?? "";
    return (call.answered_at ?? call.queued_at ?? call.arrived_at) || "";
  },
  get timerText() {
    const call = desk.call ?? {};
    if (call.state === "held") return t("timer.held");
    if (call.state === "wrap_up") return t("timer.wrap_up");
    return t(call.answered_at ? "timer.talk" : "timer.waiting");
  },
  get deadline() { return desk.call?.state === "wrap_up" ? desk.call.wrap_up_deadline ?? "" : ""; },
  get muted() { return desk.store.phone.call?.muted === true; },
  get deskRings() { return desk.me?.phone === "desk" && (this.stateCode === "ringing" || this.stateCode === "asked"); },
  get elsewhere() { return desk.store.phone.role === "mirror" && desk.me?.phone === "browser"; },
  get connecting() { return desk.store.phone.call?.phase === "connecting"; },

  /** Who else is in it: for the owner the colleague he asks, for the colleague the owner. */
  get other() {
    const call = desk.call ?? {};
    if (!call.consult) return "";
    return call.role === "consulted" ? desk.store.state.colleagues?.[call.owner]?.name ?? "" : call.consult.name;
  },

  init() { this.watch = setInterval(() => this.warn(), 1000); },

  /** Alpine calls it when the call leaves the screen. */
  destroy() { clearInterval(this.watch); },

  do(name) { run(desk, name); },

  takeOver() { desk.phone.takeOver(); },

  /** Once for each deadline, half a minute before wrap-up ends. */
  warn() {
    const left = Date.parse(this.deadline) - desk.now();
    if (!this.deadline || left > WARN_BEFORE_MS) this.warned = false;
    else if (!this.warned && left > 0) {
      this.warned = true;
      desk.announcer.say(t("notice.wrap_up_ends"), "warning");
    }
  },
});
