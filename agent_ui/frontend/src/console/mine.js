/** My own state, large, between calls. */

import { groupOf, presence } from "../shared/presence.js";

export const mine = (desk) => ({
  get state() { return presence(desk.me).code; },
  get group() { return groupOf(this.state); },
  get since() { return desk.me?.since ?? ""; },

  available() { return desk.send("availability.set", { availability: "available" }); },
});
