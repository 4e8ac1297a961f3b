/**
 * The card: typed by the agent, saved as a draft at every pause, closed when complete.
 *
 * Drafts are kept by call, so that nothing typed is lost when another call comes up, and in the
 * tab's own session storage until the server has them.
 */

import { moment } from "../shared/format.js";
import { page, t } from "../shared/page.js";
import { whenShown } from "../shared/when_shown.js";
import * as drafts from "./draft.js";
import * as kept from "./kept_drafts.js";

const PAUSE_MS = 700;
/** Refusals of a draft that pass by themselves, and when to try again. */
const AGAIN_MS = { unavailable: 3000, interrupted: 1000, draft_stale: 1500, card_unknown: 1500 };
const UNKNOWN = "unknown";
const ANSWERED = new Set(["talking", "held", "consulting", "recovering", "wrap_up"]);

export const cardForm = (desk) => {
  const all = new Map();
  let pause = null;
  let sending = null;
  return {
    draft: drafts.create(null),
    errors: [],
    completing: false,
    unsaved: false,
    refused: false,

    get fields() { return this.draft.fields; },
    get unnamed() { return this.fields.caller_name === UNKNOWN; },
    get wrapUp() { return desk.call === null || desk.call.state === "wrap_up"; },
    get hint() {
      if (desk.call === null) return t("card.owed_hint");
      return t(this.wrapUp ? "card.wrap_up_hint" : "card.call_hint");
    },
    /** The topic that the caller keyed, while his call is this agent's and answered. */
    get keyed() {
      if (!this.editable || !ANSWERED.has(desk.call?.state)) return "";
      const { topic } = desk.call.keypad?.find((one) => one.code === "keypad.topic")?.values ?? {};
      return topic in (page.topics ?? {}) ? topic : "";
    },
    get editable() { return desk.call === null || desk.call.role === "owner"; },
    get savedText() {
      if (this.refused) return t("card.not_saved");
      if (this.unsaved) return t(desk.store.link === "live" ? "card.saving" : "card.kept");
      return this.draft.savedAt ? t("card.saved_at", { time: moment(this.draft.savedAt, desk.now(), page) }) : "";
    },

    /** Follows the call on the screen, or the unfinished card that was opened. */
    follow(subject) {
      if (!subject) return;
      if (subject.call !== this.draft.call) this.turnTo(subject.call);
      const draft = drafts.adopt(this.draft, subject.card);
      this.keep(subject.card ? drafts.suggest(draft, this.keyed) : draft);
      if (drafts.isDirty(this.draft) && !pause && !sending && !this.refused) this.later();
    },

    turnTo(call) {
      if (this.unsaved && this.draft.call) this.save();
      this.errors = [];
      this.refused = false;
      this.draft = all.get(call) ?? kept.restore(drafts.create(call));
    },

    keep(draft) {
      this.draft = draft;
      all.set(draft.call, draft);
      this.unsaved = drafts.isDirty(draft) || draft.sent !== null;
      kept.store(draft);
    },

    typed(event) { this.put(event.target.name, event.target.value); },

    toggleUnknown() { this.put("caller_name", this.unnamed ? "" : UNKNOWN); },

    put(field, value) {
      this.keep(drafts.edit(this.draft, field, value));
      this.errors = this.errors.filter((error) => error.field !== field);
      this.later();
    },

    later(ms = PAUSE_MS) {
      clearTimeout(pause);
      pause = setTimeout(() => this.save(), ms);
    },

    /** One save at a time; what was typed meanwhile goes with the next. */
    async save() {
      clearTimeout(pause);
      pause = null;
      if (sending || this.completing || !drafts.isDirty(this.draft)) return;
      const [args, sent] = drafts.send(this.draft);
      this.keep(sent);
      sending = desk.send("card.draft", args, { quiet: true });
      const result = await sending;
      sending = null;
      this.settled(args.call, result);
    },

    settled(call, result) {
      const draft = all.get(call);
      if (!draft) return;
      const next = result.ok ? drafts.saved(draft, result.data ?? {}) : drafts.unsaved(draft, result.data ?? {});
      this.refused = !result.ok && !(result.code in AGAIN_MS);
      if (call !== this.draft.call) return all.set(call, next);
      this.keep(next);
      if (drafts.isDirty(next) && !this.refused) this.later(AGAIN_MS[result.code]);
      return undefined;
    },

    async complete() {
      if (this.completing) return;
      const { call, fields } = this.draft;
      this.completing = true;
      clearTimeout(pause);
      const result = await desk.send("card.complete", { call, fields }, { quiet: true });
      this.completing = false;
      if (result.ok) this.done(call);
      else if (result.errors?.length) this.show(result.errors);
      else desk.refused(result.code);
    },

    show(errors) {
      this.errors = errors.map(({ field, code }) => ({ field, text: this.explain(field, code) }));
      whenShown(() => document.getElementById("error-summary")?.focus());
      this.later();
    },

    explain(field, code) {
      const specific = t(`error.${field}.${code}`);
      return specific === `error.${field}.${code}` ? t("error.field", { field: t(`field.${field}`) }) : specific;
    },

    done(call) {
      all.delete(call);
      kept.forget(call);
      desk.announcer.say(t("notice.card_saved"), "success");
      if (call === this.draft.call) this.draft = { ...this.draft, touched: [], sent: null };
      this.unsaved = false;
      desk.completed(call);
    },

    errorOf(field) { return this.errors.find((error) => error.field === field)?.text ?? ""; },

    goTo(event) {
      event.preventDefault();
      document.getElementById(event.target.hash.slice(1))?.focus();
    },
  };
};
