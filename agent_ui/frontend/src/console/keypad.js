/** Digits for the other side's menus. They are shown while typed and kept nowhere. */

import { whenShown } from "../shared/when_shown.js";

const DIGITS = [..."123456789*0#"];

export const keypad = (desk) => ({
  open: false,
  digits: DIGITS,
  typed: "",

  toggle() {
    if (this.open) this.close();
    else this.show();
  },

  show() {
    this.open = true;
    this.typed = "";
    whenShown(() => this.$refs.pad.focus());
  },

  close() {
    this.open = false;
    this.typed = "";
  },

  press(digit) {
    this.typed = (this.typed + digit).slice(-16);
    return desk.ask("call.digits", { digits: digit });
  },

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") this.close();
    else if (DIGITS.includes(event.key)) this.press(event.key);
  },
});
