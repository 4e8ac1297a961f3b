/**
 * What all parts of the console share: the live state, the telephone, commands, announcements.
 *
 * The state is one reactive store that only `onChange` writes. Parts read it through getters and
 * act through `send`; they never write it.
 */

import { Connection } from "../live/connection.js";
import { get, page, t, ticket, toSignIn } from "../shared/page.js";
import { Announcer } from "../shared/announce.js";
import { presence } from "../shared/presence.js";
import { followState } from "./followers.js";
import { PhoneDesk } from "./phone_desk.js";

export function createDesk(Alpine) {
  const store = Alpine.reactive({
    link: "reconnecting",
    state: null,
    phone: { role: "waiting", registered: false, call: null, error: null },
    shiftStarting: false,
    opened: null,
    notices: [],
  });
  return new Desk(store);
}

class Desk {
  #connection = new Connection({
    ticket,
    onChange: (live) => this.#changed(live),
    onNotice: ({ code }) => this.refused(code),
    onSignedOut: toSignIn,
  });

  constructor(store) {
    this.store = store;
    this.announcer = new Announcer(store.notices);
    this.phone = new PhoneDesk(this, page.employee);
  }

  start() {
    this.#connection.start();
    this.phone.start();
  }

  now() {
    return this.#connection.now();
  }

  reclaim() {
    this.#connection.reclaim();
  }

  get me() {
    return this.store.state?.me ?? null;
  }

  get call() {
    return this.store.state?.call ?? null;
  }

  /** Sends a command; a refusal is announced unless the sender deals with it himself. */
  async send(name, args = {}, { quiet = false } = {}) {
    const result = await this.#connection.send(name, args);
    if (!result.ok && !quiet) this.refused(result.code);
    return result;
  }

  /** A command about the call on the screen. */
  ask(name, args = {}) {
    return this.call ? this.send(name, { call: this.call.call, ...args }) : Promise.resolve({ ok: false });
  }

  refused(code) {
    const specific = `refused.${code}`;
    this.announcer.say(t(specific) === specific ? t("refused.other") : t(specific), "warning");
  }

  /** Brings an unfinished card onto the canvas; a call that comes in meanwhile goes before it. */
  async openUnfinished(call) {
    const card = await get(`/api/v1/call-cards/${encodeURIComponent(call)}`);
    if (card) this.store.opened = { call, card, number_display: card.number_display ?? null };
    else this.refused("not_found");
  }

  closeOpened() {
    this.store.opened = null;
  }

  /** A card was completed by the agent. */
  completed(call) {
    if (this.store.opened?.call === call) this.closeOpened();
    this.closed();
  }

  /** A call left the screen. */
  closed() {
    dispatchEvent(new CustomEvent("tellerline-card-closed"));
  }

  #changed({ link, state }) {
    const before = { link: this.store.link, state: this.store.state };
    this.store.link = link;
    this.store.state = state;
    followState(this, before, { link, state });
  }

  /** What every expression in the page may use. */
  scope() {
    const desk = this;
    return {
      t,
      get link() { return desk.store.link; },
      get state() { return desk.store.state; },
      get me() { return desk.me ?? {}; },
      get call() { return desk.call; },
      get onShift() { return desk.me?.on_shift === true; },
      get ready() { return desk.store.state !== null; },
      get phone() { return desk.store.phone; },
      get opened() { return desk.store.opened; },
      get notices() { return desk.store.notices; },
      get view() { return desk.view(); },
      dismiss(id) { desk.announcer.dismiss(id); },
      presenceOf(agent) { return presence(desk.store.state?.colleagues?.[agent]); },
      get subject() { return desk.call ?? desk.store.opened; },
      closeOpened() { desk.closeOpened(); },
      takeOver() { desk.phone.takeOver(); },
      reclaim() { desk.reclaim(); },
    };
  }

  /** Which of the main views the canvas shows. */
  view() {
    if (!this.store.state) return "loading";
    if (this.call) return "call";
    if (this.store.opened) return "opened";
    return this.me.on_shift ? "idle" : "off";
  }
}
