/** The client beside the call: what not to overlook, why he calls, what to do, what he has. */

import { moment } from "../shared/format.js";
import { page, t } from "../shared/page.js";
import { day, sentence } from "../shared/sentence.js";

const FIGURES = ["deposits", "available_credit", "owed", "overdue", "next_payment", "guaranteed_overdue"];
const GRAVE = new Set(["overdue", "guaranteed_overdue"]);

export const client = (desk) => ({
  get party() { return desk.call?.party ?? null; },
  get flags() { return (this.party?.flags ?? []).map((one) => ({ code: one.flag, text: this.say(`red.${one.flag}`, one.detail) })); },
  get guesses() { return (this.party?.why ?? []).map((one) => ({ ...one, text: this.say(`cause.${one.cause}`, one.detail) })); },
  get next() {
    const step = this.party?.next_action;
    return step ? this.say(`step.${step.step}`, step.detail) : "";
  },
  get masked() { return this.party?.money?.masked === true; },
  get figures() {
    const money = this.party?.money ?? {};
    return FIGURES.filter((name) => money[name]).map((name) => this.figure(name, money[name]));
  },

  figure(name, one) {
    const amounts = one.amounts?.map((amount) => amount.text) ?? [];
    return {
      name,
      label: t(`money.${name}`),
      text: one.amounts ? amounts.join(" · ") : t("money.hidden"),
      masked: !one.amounts,
      note: note(one),
      age: one.as_of ? t(one.stale ? "money.stale" : "money.as_of", { at: moment(one.as_of, desk.now(), page) }) : "",
      look: [one.stale ? "is-stale" : "", GRAVE.has(name) && one.worst_dpd ? "is-grave" : ""].join(" "),
    };
  },

  say(code, detail) { return sentence(code, detail, desk.now()); },
});

function note(one) {
  const notes = [
    one.worst_dpd ? t("money.dpd", { dpd: one.worst_dpd, range: t(`range.${one.worst_range}`) }) : "",
    one.due_on ? t("money.due", { due_on: day(one.due_on) }) : "",
    one.untold ? t("money.untold", { n: one.untold }) : "",
  ];
  return notes.filter(Boolean).join(" · ");
}
