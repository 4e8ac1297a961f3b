/** Light or dark, before the first paint: loaded in the head, it must stay tiny. */

import { load, save } from "./prefs.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const resolved = (choice) => (choice === "auto" ? (dark.matches ? "dark" : "light") : choice);

function apply() {
  document.documentElement.dataset.bsTheme = resolved(load("theme", "auto"));
}

apply();
dark.addEventListener("change", apply);
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  save("theme", document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
  apply();
});
