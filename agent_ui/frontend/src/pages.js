/** Pages without live data: the search of the strip, and filters that reload a part of the page. */

import Alpine from "@alpinejs/csp";
import "htmx.org";

import { finder, showParty } from "./search/finder.js";
import { bindOpening } from "./search/opening.js";
import { bindLines } from "./shared/lines.js";
import { bindPicture } from "./shared/picture.js";
import { load } from "./shared/prefs.js";

const field = document.getElementById("find-party");
if (field) {
  Alpine.data("partySearch", () => finder({ id: "find-party", pick: showParty }));
  Alpine.start();
  bindOpening(field, () => load("shortcuts", true));
}

for (const editor of document.querySelectorAll("[data-lines]")) bindLines(editor);
bindPicture();
