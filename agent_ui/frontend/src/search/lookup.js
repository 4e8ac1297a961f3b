/**
 * Asks while one types: after a pause, never for too little, and only the newest answer counts.
 *
 * Knows nothing of the screen; time and the server are given.
 */

const PAUSE_MS = 120;
const FEWEST = 2;
const HAN = /\p{Script=Han}/u;

/** Whether there is enough to ask for; one Chinese character is a name already. */
export const enough = (text) => text.trim().length >= FEWEST || HAN.test(text);

export class Lookup {
  #newest = 0;
  #timer = null;

  /** `ask(text)` gives the answer or null, `show(answer)` takes it; both are the owner's. */
  constructor({ ask, show, pause = PAUSE_MS }) {
    this.ask = ask;
    this.show = show;
    this.pause = pause;
  }

  /** Says whether it is going to ask. */
  type(text) {
    this.stop();
    if (!enough(text)) return false;
    this.#timer = setTimeout(() => this.#send(text.trim()), this.pause);
    return true;
  }

  /** Forgets what was asked; its answer will not be shown. */
  stop() {
    clearTimeout(this.#timer);
    this.#newest++;
  }

  async #send(text) {
    const mine = this.#newest;
    const answer = await this.ask(text);
    if (mine === this.#newest) this.show(answer);
  }
}
