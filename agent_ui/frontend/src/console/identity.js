/** How sure it is who is on the line, and the agent's word for it. */

import { moment } from "../shared/format.js";
import { page, t } from "../shared/page.js";

const ON_THE_LINE = new Set(["talking", "held", "consulting", "recovering"]);
export const SURE = new Set(["knowledge", "strong"]);

export const identity = (desk) => ({
  asked: false,

  get level() { return desk.call?.card?.verification?.level ?? "none"; },
  get byPin() { return desk.call?.card?.verification?.how === "pin"; },
  get levelText() { return t(this.byPin ? "verify.level.pin" : `verify.level.${this.level}`); },
  get sure() { return SURE.has(this.level); },
  get party() { return desk.call?.party ?? null; },
  get mayAnswer() {
    return Boolean(this.party) && desk.call?.role === "owner" && ON_THE_LINE.has(desk.call.state);
  },
  get who() {
    const { by, at } = desk.call?.card?.verification ?? {};
    if (this.byPin) return t("verify.by_pin", { at: moment(at, desk.now(), page) });
    if (!by) return "";
    const name = by === desk.me?.agent ? desk.me.name : desk.store.state?.colleagues?.[by]?.name ?? by;
    return t("verify.by", { name, at: moment(at, desk.now(), page) });
  },

  /** Says it once: the buttons rest until the server has answered. */
  async say(level) {
    if (this.asked) return;
    this.asked = true;
    await desk.ask("call.verify", { party: this.party.party, level });
    this.asked = false;
  },
});
