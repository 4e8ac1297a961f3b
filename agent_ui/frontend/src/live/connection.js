/**
 * The one websocket of a page: ticket, heartbeat, reconnect, commands.
 *
 * It owns the socket and nothing on the screen: what it learns goes out through `onChange`. The
 * decisions are in the pure modules beside it; here are only timers and I/O. It is never paused in
 * the background.
 */

import { delay } from "./backoff.js";
import * as clock from "./clock.js";
import * as link from "./link.js";
import * as outbox from "./outbox.js";
import { EMPTY, reduce } from "./reducer.js";

const PING_EVERY_MS = 10_000;
const DEAD_AFTER_MS = 25_000;

export class Connection {
  #socket = null;
  #attempt = 0;
  #retry = null;
  #heartbeat = null;
  #heard = 0;
  #pings = new Map();
  #waiting = outbox.EMPTY;
  #promises = new Map();
  #view = EMPTY;
  #estimate = clock.UNKNOWN;
  #options;

  link = link.FIRST;

  /**
   * @param {{ticket: () => Promise<{ticket: string, url: string}>, onChange: Function,
   *   onNotice: Function, onSignedOut: Function}} options
   */
  constructor(options) {
    this.#options = options;
  }

  start() {
    addEventListener("online", () => this.#networkBack());
    addEventListener("offline", () => this.#lost("network_gone"));
    this.#open();
  }

  /** The server's time in ms. */
  now() {
    return clock.serverTime(this.#estimate, Date.now());
  }

  /** Sends a command; the promise keeps waiting over reconnects and resolves to the result. */
  send(name, args = {}) {
    const command = { id: crypto.randomUUID(), name, args };
    this.#waiting = outbox.add(this.#waiting, command);
    const result = new Promise((resolve) => this.#promises.set(command.id, resolve));
    if (this.link === "live") this.#write(outbox.toMessage(command));
    return result;
  }

  /** Comes back after being displaced by another place. */
  reclaim() {
    this.#move("retry");
    this.#attempt = 0;
    this.#open();
  }

  async #open() {
    clearTimeout(this.#retry);
    try {
      const { ticket, url } = await this.#options.ticket();
      this.#listen(new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`));
    } catch (failure) {
      if (failure.signedOut) this.#options.onSignedOut();
      else this.#again();
    }
  }

  #listen(socket) {
    this.#socket = socket;
    socket.onmessage = (event) => socket === this.#socket && this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.#socket && this.#closed(event.code);
    this.#heard = Date.now();
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY_MS);
  }

  #hear(message) {
    this.#heard = Date.now();
    this.#learnTime(message);
    if (message.type === "result") return this.#answered(message);
    if (message.type === "notice") return this.#options.onNotice(message);
    const before = this.#view;
    this.#view = reduce(before, message);
    if (this.#view.stale && !before.stale) this.#write({ type: "snapshot" });
    if (message.type === "hello") this.#snapshot();
    if (this.#view !== before) this.#tell();
    return undefined;
  }

  #snapshot() {
    this.#attempt = 0;
    const fresh = this.link !== "live";
    this.#move("snapshot");
    if (fresh) outbox.unanswered(this.#waiting).forEach((message) => this.#write(message));
  }

  #answered(message) {
    const [rest, command] = outbox.settle(this.#waiting, message.id);
    this.#waiting = rest;
    const resolve = this.#promises.get(message.id);
    this.#promises.delete(message.id);
    if (command && resolve) resolve(message);
  }

  #learnTime(message) {
    if (!message.now) return;
    const now = Date.parse(message.now);
    const received = Date.now();
    const sent = message.type === "pong" ? this.#pings.get(message.id) : undefined;
    this.#pings.delete(message.id);
    this.#estimate = sent
      ? clock.fromPong(this.#estimate, now, { sent, received })
      : clock.fromStamp(this.#estimate, now, received);
  }

  #beat() {
    if (Date.now() - this.#heard > DEAD_AFTER_MS) return this.#drop();
    const id = this.#pings.size + Date.now();
    this.#pings.set(id, Date.now());
    return this.#write({ type: "ping", id });
  }

  #write(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #closed(code) {
    clearInterval(this.#heartbeat);
    this.#pings.clear();
    this.#socket = null;
    if (code === link.CLOSED.SIGNED_OUT) return this.#options.onSignedOut();
    if (code === link.CLOSED.ELSEWHERE) return this.#move("displaced");
    return this.#again();
  }

  #again() {
    this.#move(link.failure(this.#attempt));
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), delay(this.#attempt++, Math.random()));
  }

  #drop() {
    const socket = this.#socket;
    this.#closed(1006);
    socket?.close();
  }

  #lost(event) {
    if (this.#socket) this.#drop();
    this.#move(event);
  }

  #networkBack() {
    this.#move("network_back");
    this.#attempt = 0;
    if (this.#socket === null && this.link !== "elsewhere") this.#open();
  }

  #move(event) {
    const before = this.link;
    this.link = link.next(before, event);
    if (this.link !== before) this.#tell();
  }

  #tell() {
    this.#options.onChange({ link: this.link, state: this.#view.state });
  }
}
