/** Keyboard shortcuts: Ctrl+Shift with a letter's place on the keyboard, in any layout. */

import { tinykeys } from "tinykeys";

import { load, save } from "../shared/prefs.js";
import { allowed, run } from "./actions.js";

const KEYS = {
  A: { text: "keys.answer", act: (desk) => run(desk, "answer") },
  R: { text: "keys.reject", act: (desk) => run(desk, "reject") },
  H: { text: "keys.hold", act: (desk) => run(desk, allowed(desk, "hold") ? "hold" : "resume") },
  M: { text: "keys.mute", act: (desk) => run(desk, "mute") },
  K: { text: "keys.keypad", act: (desk) => run(desk, "keypad") },
  X: { text: "keys.transfer", act: (desk) => run(desk, "transfer") },
  S: { text: "keys.state", act: () => dispatchEvent(new CustomEvent("tellerline-state-menu")) },
  E: { text: "keys.extend", act: (desk) => run(desk, "extend") },
  1: { text: "keys.hangup", act: (desk) => run(desk, allowed(desk, "hangup") ? "hangup" : "leave") },
};

export const enabled = () => load("shortcuts", true);

export function enable(on) {
  save("shortcuts", on);
  return on;
}

export const listed = () => Object.entries(KEYS).map(([key, { text }]) => ({ key, text }));

/** The browser's own meaning of these keys (a hard reload!) is always suppressed while they are on. */
export function bindShortcuts(desk) {
  const bindings = Object.entries(KEYS).map(([key, { act }]) => [
    `Control+Shift+${/\d/.test(key) ? "Digit" : "Key"}${key}`,
    (event) => {
      if (!enabled()) return;
      event.preventDefault();
      act(desk);
    },
  ]);
  return tinykeys(window, Object.fromEntries(bindings));
}
