/** The transfer picker: colleagues with their presence, queues with who waits; blind or warm. */

import { byReadiness, groupOf, presence } from "../shared/presence.js";
import { queuesOf } from "../shared/queues.js";

export const transfer = (desk) => ({
  open: false,
  tab: "people",
  text: "",

  get people() {
    if (!this.open) return [];
    const wanted = this.text.trim().toLocaleLowerCase();
    const managers = desk.call?.managers ?? [];
    return Object.entries(desk.store.state?.colleagues ?? {})
      .filter(([agent, { name }]) => agent !== desk.me?.agent && name.toLocaleLowerCase().includes(wanted))
      .sort(([, a], [, b]) => byReadiness(a, b))
      .map(([agent, person]) => this.row(agent, person, managers.includes(agent)));
  },

  get queues() {
    if (!this.open) return [];
    const wanted = this.text.trim().toLocaleLowerCase();
    return queuesOf(desk.store.state)
      .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => a.name.localeCompare(b.name));
  },

  row(agent, person, manager) {
    const { code, since } = presence(person);
    return { agent, name: person.name, code, since, group: groupOf(code), manager, present: code === "available" };
  },

  show() {
    this.open = true;
    this.text = "";
    this.$refs.dialog.showModal();
    this.$refs.search.focus();
  },

  closed() { this.open = false; },
  close() { this.$refs.dialog.close(); },
  turn(tab) { this.tab = tab; },
  type(event) { this.text = event.target.value; },

  blind(target) {
    this.close();
    return desk.ask("call.transfer", target);
  },

  warm(target) {
    this.close();
    return desk.ask("call.consult", target);
  },
});
