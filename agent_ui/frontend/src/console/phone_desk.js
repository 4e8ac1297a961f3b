/**
 * The telephone at this desk: which tab is it, which account, when to ring, what to tell the server.
 *
 * Exactly one tab owns it. The owner registers while the shift is on and the phone is the
 * browser's; the mirrors show its state and pass on wishes.
 */

import * as devices from "../phone/devices.js";
import * as ring from "../phone/ring.js";
import { Softphone } from "../phone/softphone.js";
import { Tabs } from "../phone/tabs.js";
import * as notify from "../shared/notify.js";
import { load, save } from "../shared/prefs.js";
import { t } from "../shared/page.js";

const MIRROR_AFTER_MS = 300;

export class PhoneDesk {
  #desk;
  #tabs;
  #soft = null;
  #started = false;
  #recovering = null;

  constructor(desk, employee) {
    this.#desk = desk;
    this.#tabs = new Tabs(employee, {
      onOwned: () => this.#owned(),
      onLost: () => this.#lost(),
      onState: (state) => this.#mirror(state),
      onWish: (wish, value) => this.#wished(wish, value),
    });
  }

  start() {
    const audio = document.getElementById("remote-audio");
    this.#soft = new Softphone({ audio, onChange: () => this.#changed() });
    this.#tabs.start();
    setTimeout(() => this.#tabs.owner || this.#show({ role: "mirror" }), MIRROR_AFTER_MS);
    const unlock = () => ring.unlock();
    addEventListener("pointerdown", unlock, { once: true });
    addEventListener("keydown", unlock, { once: true });
  }

  /** Called with every new state of the agent; brings the phone up or down as the shift says. */
  follow(me, reconnected) {
    this.#recovering ??= me.activity !== "idle" && me.on_shift;
    const wanted = this.#tabs.owner && me.on_shift && me.phone === "browser";
    const lost = reconnected && this.#idleAndDeaf();
    if (wanted && (!this.#started || lost)) this.#bringUp();
    if (!me.on_shift && this.#started && !this.#desk.store.shiftStarting) this.#bringDown();
  }

  /** "Start shift": everything that needs the user's click at once, then the shift itself. */
  async startShift(kind) {
    this.#desk.store.shiftStarting = true;
    this.#recovering = false;
    save("phone", kind);
    try {
      if (kind === "browser") await this.#unlock();
      notify.unlock();
      this.#tabs.takeOver();
      await this.#register(kind);
    } finally {
      this.#desk.store.shiftStarting = false;
    }
  }

  preferred() {
    return load("phone", "browser");
  }

  answer() {
    return this.#tabs.owner ? this.#soft.answer() : this.#tabs.wish("answer");
  }

  mute(muted) {
    return this.#tabs.owner ? this.#soft.mute(muted) : this.#tabs.wish("mute", muted);
  }

  /** Puts down our own leg, where no command of the server does. */
  leave() {
    return this.#tabs.owner ? this.#soft.leave() : this.#tabs.wish("leave");
  }

  quiet() {
    ring.stop();
  }

  takeOver() {
    this.#recovering = true;
    this.#tabs.takeOver();
  }

  devicesChanged() {
    return this.#tabs.owner ? this.#soft.devicesChanged() : this.#tabs.wish("devices");
  }

  /** Registers anew after the account was refused or could not be reached. */
  retry() {
    this.#show({ error: null });
    if (this.#tabs.owner) this.#bringUp();
  }

  #idleAndDeaf() {
    return !this.#soft.registered && !this.#soft.call;
  }

  async #unlock() {
    await ring.unlock();
    await devices.unlock().catch((failure) => {
      const denied = failure.name === "NotAllowedError";
      this.#show({ error: denied ? "phone.no_permission" : "phone.no_microphone" });
    });
  }

  async #register(kind) {
    this.#started = true;
    const result = await this.#desk.send("shift.start", { phone: kind });
    const account = result.ok ? result.data?.sip : null;
    if (!result.ok) this.#started = false;
    if (!account || kind !== "browser" || !this.#tabs.owner) return;
    await this.#soft.start(account);
    if (this.#recovering && this.#soft.registered && !this.#soft.call) {
      await this.#desk.send("phone.restarted", {}, { quiet: true });
    }
    this.#recovering = false;
  }

  #bringUp() {
    return this.#register("browser");
  }

  #bringDown() {
    this.#started = false;
    this.#soft.stop();
  }

  #owned() {
    this.#show({ role: "owner" });
    const me = this.#desk.me;
    if (me) this.follow(me, false);
  }

  #lost() {
    this.#started = false;
    this.#soft.abandon();
    this.#show({ role: "mirror" });
    this.#desk.announcer.say(t("notice.phone_moved"));
  }

  #changed() {
    if (!this.#tabs.owner) return;
    const { registered, call, error } = this.#soft;
    if (call?.phase === "ringing" && !call.auto) ring.start();
    else ring.stop();
    this.#show({ role: "owner", registered, call, error });
    this.#publish();
  }

  #publish() {
    const { registered, call, error } = this.#soft;
    this.#tabs.publish({ registered, call: call && { ...call, quality: null }, error });
  }

  #mirror(state) {
    this.#show({ ...state, role: "mirror" });
  }

  #wished(wish, value) {
    if (wish === "state") this.#publish();
    if (wish === "answer") this.#soft.answer();
    if (wish === "leave") this.#soft.leave();
    if (wish === "mute") this.#soft.mute(value);
    if (wish === "devices") this.#soft.devicesChanged();
  }

  #show(changes) {
    this.#desk.store.phone = { ...this.#desk.store.phone, ...changes };
  }
}
