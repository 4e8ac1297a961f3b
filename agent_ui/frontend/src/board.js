/** The supervisors' board: queues, agents and calls as they stand, live. */

import Alpine from "@alpinejs/csp";

import { board } from "./board/board.js";
import { agentDialog, supervise, superviseAgent, superviseCall } from "./board/supervise.js";
import { createSuperviseDesk } from "./board/supervise_desk.js";
import { watch } from "./board/watch.js";
import { cardForm } from "./console/card_form.js";
import { finder, openParty } from "./search/finder.js";
import { bindOpening } from "./search/opening.js";
import { load } from "./shared/prefs.js";
import * as timer from "./shared/timer.js";

const live = watch(Alpine);
timer.install(Alpine, () => live.now());
Alpine.data("board", () => board(live));
const desk = createSuperviseDesk(Alpine, live);
const parts = { agentDialog, cardForm, supervise, superviseAgent, superviseCall };
for (const [name, part] of Object.entries(parts)) Alpine.data(name, () => part(desk));
Alpine.data("partySearch", () => finder({ id: "find-party", pick: openParty }));
Alpine.start();
bindOpening(document.getElementById("find-party"), () => load("shortcuts", true));
desk.start();
live.start();
