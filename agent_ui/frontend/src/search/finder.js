/**
 * A search box for parties: a combobox by the WAI-ARIA pattern, with a list that follows the typing.
 *
 * The focus stays in the field; the arrows move a mark in the list. What is picked is the owner's
 * to deal with.
 */

import { get, t } from "../shared/page.js";
import { Lookup } from "./lookup.js";

const SHOWN = 8;
const path = (text) => `/api/v1/parties/search?limit=${SHOWN}&q=${encodeURIComponent(text)}`;

/** `id` names the field; `pick` is called with the id of the party that was chosen. */
export const finder = ({ id, pick }) => {
  let lookup;
  return {
    text: "",
    items: [],
    more: false,
    active: 0,
    phase: "idle",
    shown: false,

    init() {
      lookup = new Lookup({ ask: (text) => get(path(text)), show: (answer) => this.take(answer) });
    },
    destroy() { lookup.stop(); },

    get open() { return this.shown && this.phase !== "idle"; },
    get activeId() { return this.open && this.items.length ? this.optionId(this.active) : null; },
    get status() {
      if (!this.open || this.phase === "asking") return "";
      return this.phase === "found" ? t("search.count", { n: this.items.length }) : t(`search.${this.phase}`);
    },

    optionId(index) { return `${id}-option-${index}`; },

    type(event) {
      this.text = event.target.value;
      this.shown = true;
      const asks = lookup.type(this.text);
      if (!asks) this.forget();
      else if (this.phase !== "found") this.phase = "asking";
    },

    take(answer) {
      this.items = (answer?.items ?? []).map(shaped);
      this.more = Boolean(answer?.next_cursor);
      this.active = 0;
      if (!answer) this.phase = "failed";
      else this.phase = this.items.length ? "found" : "none";
    },

    key(event) {
      if (event.isComposing) return;
      const act = { ArrowDown: () => this.move(1), ArrowUp: () => this.move(-1), Enter: () => this.choose(this.active), Escape: () => this.leave() }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },

    move(by) {
      this.shown = true;
      if (!this.items.length) return;
      this.active = (this.active + by + this.items.length) % this.items.length;
      this.$nextTick(() => document.getElementById(this.activeId)?.scrollIntoView({ block: "nearest" }));
    },

    choose(index) {
      const one = this.open ? this.items[index] : null;
      if (!one) return;
      this.clear();
      pick(one.party);
    },

    show() { this.shown = true; },
    hide() { this.shown = false; },

    /** Escape closes the list first, then empties the field. */
    leave() {
      if (this.open) this.hide();
      else this.clear();
    },

    clear() {
      this.text = "";
      this.forget();
      this.hide();
    },

    forget() {
      lookup.stop();
      this.items = [];
      this.phase = "idle";
    },
  };
};

/** The page of a party in a tab of its own: the console's telephone must not be unloaded. */
export const openParty = (party) => window.open(`/parties/${encodeURIComponent(party)}`, "_blank", "noopener");

/** The page of a party in place of this one, which has nothing to lose. */
export const showParty = (party) => location.assign(`/parties/${encodeURIComponent(party)}`);

const shaped = (one) => ({ ...one, reason: reason(one), standing: standing(one), number: one.why === "phone" ? "" : (one.phones[0] ?? "") });

const standing = ({ tier, status }) => [tier && `${t("party.tier")} ${tier}`, t(`party.status.${status}`)].filter(Boolean).join(" · ");

function reason({ why, detail }) {
  if (why === "name" && !detail) return "";
  return t(`search.why.${why}`, { detail });
}
