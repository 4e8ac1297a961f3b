/**
 * `x-timer="iso"` shows the time since a moment, `x-timer.down="iso"` the time left.
 *
 * Drawn from the server's clock, never counted. One interval serves the whole page and touches
 * only text that changed; ticks are not announced.
 */

import { duration } from "./format.js";

const shown = new Map();

function draw(element, { moment, down }, now) {
  const at = Date.parse(moment);
  const text = Number.isNaN(at) ? "" : duration((down ? at - now : now - at) / 1000);
  if (element.textContent !== text) element.textContent = text;
}

export function install(Alpine, now) {
  Alpine.directive("timer", (element, { modifiers, expression }, { evaluateLater, effect, cleanup }) => {
    const read = evaluateLater(expression);
    element.setAttribute("role", "timer");
    effect(() => read((moment) => {
      const timer = { moment, down: modifiers.includes("down") };
      shown.set(element, timer);
      draw(element, timer, now());
    }));
    cleanup(() => shown.delete(element));
  });
  setInterval(() => shown.forEach((timer, element) => draw(element, timer, now())), 500);
}
