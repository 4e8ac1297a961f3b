/** The board's live state, and what the board sends. */

import { Connection } from "../live/connection.js";
import { ticket, toSignIn } from "../shared/page.js";

export function watch(Alpine) {
  const store = Alpine.reactive({ link: "reconnecting", state: null });
  const heard = { state: () => {}, notice: () => {} };
  const connection = new Connection({
    ticket,
    onChange: (live) => {
      Object.assign(store, live);
      heard.state();
    },
    onNotice: (notice) => heard.notice(notice),
    onSignedOut: toSignIn,
  });
  return {
    store,
    start: () => connection.start(),
    now: () => connection.now(),
    reclaim: () => connection.reclaim(),
    send: (name, args) => connection.send(name, args),
    /** Calls these with each new state and each notice. */
    follow: (state, notice) => Object.assign(heard, { state, notice }),
  };
}
