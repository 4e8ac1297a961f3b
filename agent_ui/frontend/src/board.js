/** The supervisors' board: queues, agents and calls as they stand, live. */

import Alpine from "@alpinejs/csp";

import { board } from "./board/board.js";
import { watch } from "./board/watch.js";
import { finder, openParty } from "./search/finder.js";
import { bindOpening } from "./search/opening.js";
import { load } from "./shared/prefs.js";
import * as timer from "./shared/timer.js";

const live = watch(Alpine);
timer.install(Alpine, () => live.now());
Alpine.data("board", () => board(live));
Alpine.data("partySearch", () => finder({ id: "find-party", pick: openParty }));
Alpine.start();
bindOpening(document.getElementById("find-party"), () => load("shortcuts", true));
live.start();
