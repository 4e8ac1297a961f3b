/** The pop: who it may be, how sure we are, who looks after him, and why this phone rings. */

import { moment } from "../shared/format.js";
import { page, t } from "../shared/page.js";
import { groupOf, presence } from "../shared/presence.js";
import { queueName } from "../shared/queues.js";
import { sentence } from "../shared/sentence.js";
import { SURE } from "./identity.js";

export const pop = (desk) => ({
  get matchText() { return t(`match.${desk.call?.match ?? "unknown"}`); },
  /** Nothing is to be made sure of once it is proved who calls. */
  get matchHint() {
    const proved = SURE.has(desk.call?.card?.verification?.level);
    return proved ? "" : t(`match.${desk.call?.match ?? "unknown"}.hint`);
  },
  get candidates() { return desk.call?.candidates ?? []; },
  get party() { return desk.call?.party ?? null; },
  get chosen() { return desk.call?.card?.party ?? this.party?.party ?? null; },
  get owner() { return desk.call?.role === "owner"; },

  get why() {
    const offer = desk.call?.offer;
    if (!offer) return "";
    const ranked = offer.basis === "priority_manager" && offer.rank ? `.${Math.min(offer.rank, 2)}` : "";
    return t(`why.${offer.basis}${ranked}`, { rank: offer.rank ?? "", queue: queueName(desk.call.queue, desk.call.queue_name) });
  },
  get passedOver() {
    return (desk.call?.offer?.passed_over ?? []).map((one) => ({ ...one, reason: t(`passed.${one.why}`) }));
  },
  /** How it was decided: what is to be said of the call, and its order of preference. */
  get decided() { return (desk.call?.why?.facts ?? []).map((one) => this.told(one)); },
  /** What the caller did at his keypad before. */
  get keypad() { return (desk.call?.keypad ?? []).map((one) => this.told(one)); },
  get preference() {
    return (desk.call?.why?.steps ?? []).map((step, at) => ({ at, who: this.told(step.who), opens: this.told(step.opens) }));
  },
  told({ code, values }) { return sentence(code, values, desk.now()); },
  get managers() {
    const ids = this.party?.managers?.map((manager) => manager.agent) ?? desk.call?.managers ?? [];
    return ids.map((agent, index) => this.person(agent, index));
  },
  get contacts() {
    const topics = page.topics ?? {};
    return (this.party?.contacts ?? []).map((one) => ({ ...one, title: topics[one.topic] ?? one.topic_name ?? "" }));
  },
  /** Candidates with their managers, while several may be calling and none is chosen. */
  get choices() {
    if (desk.call?.match !== "several") return [];
    return this.candidates.map((one) => ({ ...one, people: (one.managers ?? []).map((agent, index) => this.person(agent, index)) }));
  },
  get facts() {
    const call = desk.call ?? {};
    return [
      call.transfers ? t("fact.transfers", { n: call.transfers }) : null,
      call.fell_back ? t("fact.fell_back") : null,
    ].filter(Boolean);
  },

  person(agent, index) {
    const known = desk.store.state?.colleagues?.[agent];
    const { code, since } = agent === desk.me?.agent ? presence(desk.me) : presence(known);
    const name = known?.name ?? this.party?.managers?.find((one) => one.agent === agent)?.name ?? agent;
    return { agent, rank: index + 1, name, code, group: groupOf(code), since, mine: agent === desk.me?.agent };
  },

  reasonText(code) { return t(`reason.${code}`); },
  when(iso) { return moment(iso, desk.now(), page); },
  choose(party) { return desk.ask("card.party", { party }); },
});
