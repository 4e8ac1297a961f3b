/** Short messages to the agent: shown for a while, read out once, never taking the focus. */

const SHOWN_MS = { info: 5000, success: 4000, warning: 9000 };

export class Announcer {
  #notices;
  #next = 1;

  constructor(notices) {
    this.#notices = notices;
  }

  say(text, kind = "info") {
    const id = this.#next++;
    if (this.#notices.some((notice) => notice.text === text)) return;
    this.#notices.push({ id, text, kind });
    setTimeout(() => this.dismiss(id), SHOWN_MS[kind]);
  }

  dismiss(id) {
    const index = this.#notices.findIndex((notice) => notice.id === id);
    if (index >= 0) this.#notices.splice(index, 1);
  }
}
