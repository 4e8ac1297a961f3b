/** Who is beside the agent's call, what supervisors wrote to him, and the help that he asks for. */

import { t } from "../shared/page.js";

const KINDS = ["question", "approval", "conflict", "fraud"];

export const beside = (desk) => ({
  kinds: KINDS,
  asking: false,

  get listeners() {
    return (desk.call?.listeners ?? []).map((one) => ({ ...one, text: t(`beside.${one.mode}`, { name: one.name }) }));
  },
  get messages() { return desk.store.state?.messages ?? []; },
  get forced() { return Boolean(desk.me?.forced_by); },
  get help() { return desk.call?.assistance ?? null; },
  get mayAsk() {
    const call = desk.call ?? {};
    return call.role === "owner" && ["talking", "held", "consulting", "recovering"].includes(call.state);
  },
  get helpText() {
    if (!this.help) return t("help.ask");
    return this.help.taken_by ? t("help.comes", { name: this.help.taken_by_name }) : t("help.asked");
  },

  read(message) { return desk.send("message.read", { message }); },
  toggle() { this.asking = !this.asking; },
  close() { this.asking = false; },

  ask(help) {
    this.close();
    return desk.ask("assistance.ask", { help });
  },
  withdraw() {
    this.close();
    return desk.ask("assistance.withdraw");
  },
});
