/** The supervisors' board: queues, agents and calls as they stand, live. */

import Alpine from "@alpinejs/csp";

import { board } from "./board/board.js";
import { watch } from "./board/watch.js";
import * as timer from "./shared/timer.js";

const live = watch(Alpine);
timer.install(Alpine, () => live.now());
Alpine.data("board", () => board(live));
Alpine.start();
live.start();
