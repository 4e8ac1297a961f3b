/** The header strip: my state and its menu, the telephone, the connection pill, preferences. */

import * as devices from "../phone/devices.js";
import { t } from "../shared/page.js";
import { groupOf, presence } from "../shared/presence.js";
import { whenShown } from "../shared/when_shown.js";

const REASONS = ["break", "meal", "meeting", "training", "paperwork"];

export const header = (desk) => ({
  reasons: REASONS,
  menu: null,
  microphones: [],
  speakers: [],
  chosen: { ...devices.chosen },

  get state() { return presence(desk.me).code; },
  get group() { return groupOf(this.state); },
  get since() { return desk.me?.since ?? ""; },
  get next() {
    const me = desk.me ?? {};
    if (!me.next_availability) return null;
    return t(`state.${me.next_reason ?? me.next_availability}`);
  },
  get busy() { return ["ringing", "on_call", "on_hold", "wrap_up"].includes(desk.me?.activity); },
  get phoneGroup() {
    const phone = desk.store.phone;
    if (desk.me?.phone === "desk") return desk.me.phone_state === "unreachable" ? "trouble" : "free";
    if (phone.role === "mirror") return "away";
    return phone.registered ? "free" : "trouble";
  },
  get phoneText() {
    const phone = desk.store.phone;
    if (desk.me?.phone === "desk") return t(`phone.desk.${desk.me.phone_state}`);
    if (phone.role === "mirror") return t("phone.mirror");
    if (phone.error) return t(phone.error);
    return t(phone.registered ? "phone.ready" : "phone.connecting");
  },
  get quality() { return desk.store.phone.call?.quality?.verdict ?? null; },
  get packetsSent() { return desk.store.phone.call?.quality?.sent ?? 0; },
  get packetsReceived() { return desk.store.phone.call?.quality?.received ?? 0; },
  get phoneState() {
    const phone = desk.store.phone;
    return phone.call?.phase ?? (phone.registered ? "ready" : "off");
  },

  openStates() {
    if (!desk.me?.on_shift) return;
    this.toggle("state");
    if (this.menu) whenShown(() => document.querySelector("#state-menu button")?.focus());
  },

  toggle(menu) {
    this.menu = this.menu === menu ? null : menu;
    if (this.menu === "phone") this.listDevices();
  },

  close() { this.menu = null; },

  available() {
    this.close();
    return desk.send("availability.set", { availability: "available" });
  },

  away(reason) {
    this.close();
    return desk.send("availability.set", { availability: "not_ready", reason });
  },

  endShift() {
    this.close();
    return desk.send("shift.end");
  },

  async listDevices() {
    const found = await devices.list();
    this.microphones = found.microphones;
    this.speakers = found.speakers;
  },

  chooseDevice(event) {
    devices.choose(event.target.name, event.target.value);
    this.chosen = { ...devices.chosen };
    desk.phone.devicesChanged();
  },

  takeOver() {
    this.close();
    desk.phone.takeOver();
  },

  retryPhone() {
    this.close();
    desk.phone.retry();
  },

  showKeys() {
    this.close();
    document.getElementById("shortcuts-dialog").showModal();
  },
});
