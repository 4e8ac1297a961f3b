/** The supervisor's parts of the board: what he hears, who asks for help, one call, one agent. */

import { moment } from "../shared/format.js";
import { page, t } from "../shared/page.js";
import { whenShown } from "../shared/when_shown.js";

const MODES = ["listen", "whisper", "barge"];
const LIVE = ["talking", "held", "consulting"];
const TAKEN = ["talking", "held"];
const REASONS = ["break", "meal", "meeting", "training", "paperwork"];

/** The bar: his telephone, the call that he is beside, the one that he took over, who asks. */
export const supervise = (desk) => ({
  modes: MODES,
  t,

  get phone() { return desk.store.phone; },
  get starting() { return desk.store.starting; },
  get notices() { return desk.store.notices; },
  get call() { return desk.call; },
  get subject() { return desk.call; },
  get beside() { return desk.beside; },
  get mode() { return desk.listening(desk.beside)?.mode ?? ""; },
  get since() { return desk.listening(desk.beside)?.since ?? ""; },
  get rings() { return Boolean(desk.beside) && !this.since; },
  get muted() { return this.phone.call?.muted === true; },
  get phoneState() {
    const phone = this.phone;
    return phone.call?.phase ?? (phone.registered ? "ready" : "off");
  },
  get phoneText() {
    if (this.phone.error) return t(this.phone.error);
    return t(this.phone.registered ? "supervise.phone.ready" : "supervise.phone.off");
  },
  get helped() {
    return desk.calls
      .filter(({ assistance }) => assistance)
      .map((call) => ({
        ...call.assistance,
        call: call.call,
        name: desk.nameOf(call.owner),
        mine: call.assistance.taken_by === desk.me.agent,
        what: t(`help.${call.assistance.help}`),
      }))
      .sort((a, b) => a.asked_at.localeCompare(b.asked_at));
  },
  get written() {
    return (desk.state?.messages ?? []).map((one) => ({
      ...one,
      to: desk.nameOf(one.agent),
      when: moment(one.sent_at, desk.now(), page),
      read: one.read_at ? t("message.read_at", { time: moment(one.read_at, desk.now(), page) }) : t("message.unread"),
    }));
  },
  get busy() { return Boolean(this.beside || this.call || this.helped.length); },

  get client() { return this.call?.party?.name ?? ""; },
  get clientPage() {
    const { party, call } = this.call ?? {};
    return party ? `/parties/${encodeURIComponent(party.party)}?call=${encodeURIComponent(call)}` : "";
  },

  /** The card of a call that was taken over may stand below what he sees. */
  bringIntoView() {
    whenShown(() => document.getElementById("taken")?.scrollIntoView({ block: "end" }));
  },
  whom(call) {
    const number = call?.number_display ?? t("number.withheld");
    return `${desk.nameOf(call?.owner)} · ${number}`;
  },
  modeText(mode) { return t(`supervise.${mode}`); },
  phoneOn() { return desk.withPhone(); },
  turn(mode) { return desk.send("monitor.start", { call: desk.beside.call, mode }); },
  stop() { return desk.send("monitor.stop", { call: desk.beside.call }); },
  takeOver(call) { return desk.withPhone("call.take_over", { call }); },
  hangUp() { return desk.send("call.hangup", { call: desk.call.call }); },
  mute() { desk.mute(!this.muted); },
  help(call) { return desk.send("assistance.take", { call }); },
  listen(call) { return desk.withPhone("monitor.start", { call, mode: "listen" }); },
  dismiss(id) { desk.announcer.dismiss(id); },
});

/** What can be done with a call of the table; `one` is its row. */
export const superviseCall = (desk) => ({
  mayHear(one) { return LIVE.includes(one.state) && one.owner !== desk.me.agent && !desk.listening(one); },
  mayTake(one) { return TAKEN.includes(one.state) && one.owner !== desk.me.agent; },
  hears(one) { return Boolean(desk.listening(one)); },
  get starting() { return desk.store.starting; },
  listen(one) { return desk.withPhone("monitor.start", { call: one.call, mode: "listen" }); },
  takeOver(one) { return desk.withPhone("call.take_over", { call: one.call }); },
});

/** What can be done with an agent of the table; `one` is his row. */
export const superviseAgent = (desk) => ({
  open(one) {
    desk.store.agent = one.agent;
    dispatchEvent(new CustomEvent("tellerline-agent"));
  },
});

/** The dialog of one agent: his state, and a message to him. */
export const agentDialog = (desk) => ({
  reasons: REASONS,
  text: "",
  error: "",

  get agent() { return desk.store.agent; },
  get person() { return desk.state?.colleagues?.[this.agent] ?? {}; },
  get busy() { return ["ringing", "on_call", "on_hold", "wrap_up"].includes(this.person.activity); },
  get onShift() { return this.person.on_shift === true; },

  show() {
    this.text = "";
    this.error = "";
    this.$refs.dialog.showModal();
  },
  close() { this.$refs.dialog.close(); },

  async force(availability, reason) {
    const result = await desk.send("agent.force", { agent: this.agent, availability, ...(reason && { reason }) });
    if (!result.ok) return;
    desk.announcer.say(t(this.busy ? "supervise.forced_next" : "supervise.forced", { name: this.person.name }), "success");
    this.close();
  },

  async write() {
    if (!this.text.trim()) {
      this.error = t("message.empty");
      return;
    }
    const result = await desk.send("agent.message", { agent: this.agent, text: this.text });
    if (!result.ok) return;
    desk.announcer.say(t("message.sent", { name: this.person.name }), "success");
    this.close();
  },
});
