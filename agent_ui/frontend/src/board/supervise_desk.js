/**
 * What the supervisor's parts of the board share: his telephone, what he sends, what he is told.
 *
 * It also serves the card form of the console, for the call that he took over.
 */

import { Announcer } from "../shared/announce.js";
import * as notify from "../shared/notify.js";
import { page, t } from "../shared/page.js";
import { SupervisorPhone } from "./supervise_phone.js";

const PHONE = { role: "waiting", registered: false, call: null, error: null };

export function createSuperviseDesk(Alpine, live) {
  return new SuperviseDesk(Alpine.reactive({ phone: PHONE, starting: false, agent: null, notices: [], opened: null }), live);
}

class SuperviseDesk {
  #live;
  #phone = null;
  #asked = new Set();

  constructor(store, live) {
    this.store = store;
    this.announcer = new Announcer(store.notices);
    this.#live = live;
  }

  start() {
    const audio = document.getElementById("remote-audio");
    if (!audio) return;
    this.#phone = new SupervisorPhone(this, page.employee, audio);
    this.#live.follow(() => this.#followed(), ({ code }) => this.refused(code));
  }

  get state() { return this.#live.store.state; }
  get me() { return this.state?.me ?? {}; }
  get call() { return this.state?.call ?? null; }
  get calls() { return Object.values(this.state?.calls ?? {}); }

  /** The call that he is beside, or is about to be. */
  get beside() {
    return this.calls.find((call) => this.listening(call)) ?? null;
  }

  /** His entry among those who are beside a call. */
  listening(call) {
    return call?.listeners?.find(({ agent }) => agent === this.me.agent) ?? null;
  }

  now() { return this.#live.now(); }

  async send(name, args = {}, { quiet = false } = {}) {
    const result = await this.#live.send(name, args);
    if (!result.ok && !quiet) this.refused(result.code);
    return result;
  }

  refused(code) {
    const specific = `refused.${code}`;
    this.announcer.say(t(specific) === specific ? t("refused.other") : t(specific), "warning");
  }

  /** A wish for which his phone must be up: the click that asks for it brings it up. */
  async withPhone(name = null, args = {}) {
    if (this.store.starting) return;
    this.store.starting = true;
    try {
      const up = await this.#phone.on();
      if (up && name) await this.send(name, args);
      if (!up) this.announcer.say(t(this.store.phone.error ?? "refused.phone_not_ready"), "warning");
    } finally {
      this.store.starting = false;
    }
  }

  mute(muted) { this.#phone.mute(muted); }

  /** The card form of the console tells it; here the server's next state shows it. */
  completed() {}

  /** Who asks for help is told once by the browser, for those who do not look at the board. */
  #followed() {
    const asking = this.calls.filter(({ assistance }) => assistance && !assistance.taken_by);
    for (const call of asking.filter(({ call }) => !this.#asked.has(call))) {
      notify.ringing(t("help.wanted", { name: this.nameOf(call.owner) }), t(`help.${call.assistance.help}`), call.call);
    }
    this.#asked = new Set(asking.map(({ call }) => call));
  }

  nameOf(agent) {
    return this.state?.colleagues?.[agent]?.name ?? "";
  }
}
