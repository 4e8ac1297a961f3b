/** The board's live state: it listens and sends nothing. */

import { Connection } from "../live/connection.js";
import { ticket, toSignIn } from "../shared/page.js";

export function watch(Alpine) {
  const store = Alpine.reactive({ link: "reconnecting", state: null });
  const connection = new Connection({
    ticket,
    onChange: (live) => Object.assign(store, live),
    onNotice: () => {},
    onSignedOut: toSignIn,
  });
  return {
    store,
    start: () => connection.start(),
    now: () => connection.now(),
    reclaim: () => connection.reclaim(),
  };
}
