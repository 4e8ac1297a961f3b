/**
 * The supervisor's telephone: brought up by his first click, answers by itself, in one tab only.
 *
 * Asterisk rings it for nothing but what the supervisor asked for: to be beside a call.
 */

import { speaks } from "../console/leaving.js";
import * as devices from "../phone/devices.js";
import * as ring from "../phone/ring.js";
import { Softphone } from "../phone/softphone.js";
import { Tabs } from "../phone/tabs.js";

const LOOK_MS = 100;
const READY_WITHIN_MS = 8000;

export class SupervisorPhone {
  #desk;
  #soft;
  #tabs;

  constructor(desk, employee, audio) {
    this.#desk = desk;
    this.#soft = new Softphone({ audio, onChange: () => this.#changed() });
    this.#tabs = new Tabs(employee, {
      onOwned: () => this.#show({ role: "owner" }),
      onLost: () => this.#lost(),
      onState: () => {},
      onWish: () => {},
    });
    this.#tabs.start();
    addEventListener("beforeunload", (event) => {
      if (speaks(desk.store.phone)) event.preventDefault();
    });
  }

  /** Brings it up; whether it can be rung now. Needs a click: the microphone is asked for. */
  async on() {
    if (this.#soft.registered && this.#tabs.owner) return this.#seenReady();
    await ring.unlock();
    try {
      await devices.unlock();
    } catch (failure) {
      this.#show({ error: failure.name === "NotAllowedError" ? "phone.no_permission" : "phone.no_microphone" });
      return false;
    }
    this.#tabs.takeOver();
    const result = await this.#desk.send("phone.start", { phone: "browser" });
    if (!result.ok) return false;
    await this.#soft.start(result.data.sip);
    return this.#soft.registered && this.#seenReady();
  }

  mute(muted) {
    this.#soft.mute(muted);
  }

  /** Asterisk tells the server a moment later that the phone is there. */
  async #seenReady() {
    const until = Date.now() + READY_WITHIN_MS;
    while (this.#desk.me.phone_state !== "ready" && !this.#soft.call) {
      if (Date.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  #changed() {
    const { registered, call, error } = this.#soft;
    this.#show({ registered, call, error });
  }

  #lost() {
    this.#soft.abandon();
    this.#show({ role: "mirror", registered: false, call: null });
  }

  #show(changes) {
    this.#desk.store.phone = { ...this.#desk.store.phone, ...changes };
  }
}
