/** The agent's console: joins the live connection, the telephone and the screen's parts. */

import Alpine from "@alpinejs/csp";

import { beside } from "./console/beside.js";
import { callbar } from "./console/callbar.js";
import { cardForm } from "./console/card_form.js";
import { client } from "./console/client.js";
import { createDesk } from "./console/desk.js";
import { header } from "./console/header.js";
import { identity } from "./console/identity.js";
import { idle } from "./console/idle.js";
import { keypad } from "./console/keypad.js";
import { keys } from "./console/keys.js";
import { guardLeaving } from "./console/leaving.js";
import { mine } from "./console/mine.js";
import { pop } from "./console/pop.js";
import { bindShortcuts, enabled } from "./console/shortcuts.js";
import { transfer } from "./console/transfer.js";
import { finder, openParty } from "./search/finder.js";
import { bindOpening } from "./search/opening.js";
import * as timer from "./shared/timer.js";

const desk = createDesk(Alpine);
timer.install(Alpine, () => desk.now());
const parts = { beside, callbar, cardForm, client, header, identity, idle, keypad, keys, mine, pop, transfer };
for (const [name, part] of Object.entries(parts)) Alpine.data(name, () => part(desk));
Alpine.data("partySearch", () => finder({ id: "find-party", pick: openParty }));
Alpine.data("clientSearch", () => finder({ id: "find-client", pick: (party) => desk.ask("card.party", { party }) }));
Alpine.data("desk", () => desk.scope());
Alpine.start();
bindShortcuts(desk);
guardLeaving(desk);
bindOpening(document.getElementById("find-party"), enabled);
desk.start();
