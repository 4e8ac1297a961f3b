/**
 * Which of several tabs is the telephone.
 *
 * A Web Lock makes it exactly one; the others wait in line for it and mirror. Taking over steals
 * the lock, which tells the loser. The channel carries the owner's phone state to the mirrors and
 * their wishes to the owner.
 */

export class Tabs {
  #name;
  #channel;
  #handlers;
  #token = 0;

  owner = false;

  /** @param {{onOwned: Function, onLost: Function, onState: Function, onWish: Function}} handlers */
  constructor(employee, handlers) {
    this.#name = `tellerline.phone.${employee}`;
    this.#handlers = handlers;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  start() {
    this.#request({});
    this.wish("state");
  }

  takeOver() {
    if (!this.owner) this.#request({ steal: true });
  }

  publish(state) {
    if (this.owner) this.#channel.postMessage({ state });
  }

  wish(what, value) {
    this.#channel.postMessage({ wish: what, value });
  }

  #hear({ state, wish, value }) {
    if (state && !this.owner) this.#handlers.onState(state);
    if (wish && this.owner) this.#handlers.onWish(wish, value);
  }

  #request(options) {
    const token = ++this.#token;
    const held = navigator.locks.request(this.#name, options, () => {
      if (token !== this.#token) return undefined;
      this.owner = true;
      this.#handlers.onOwned();
      return new Promise(() => {});
    });
    held.catch(() => {
      if (token !== this.#token) return;
      this.owner = false;
      this.#handlers.onLost();
      this.#request({});
    });
  }
}
