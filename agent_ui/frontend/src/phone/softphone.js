/**
 * The browser as a telephone: one account, one call, on JsSIP.
 *
 * It registers, rings, answers and mutes. Hold, transfer, digits and hanging up belong to the
 * server, which controls a desk phone in the same way. It knows nothing of the screen.
 */

import JsSIP from "jssip";

import * as devices from "./devices.js";
import { describe } from "./invite.js";
import { read } from "./quality.js";

const BUSY = 486;
const CANDIDATES_WITHIN_MS = 250;
const QUALITY_EVERY_MS = 1000;

const OPTIONS = {
  session_timers: false,
  register_expires: 120,
  connection_recovery_min_interval: 1,
  connection_recovery_max_interval: 5,
  user_agent: "Tellerline",
};

export class Softphone {
  #ua = null;
  #session = null;
  #microphone = null;
  #watch = null;
  #audio;
  #onChange;

  registered = false;
  /** null, or {offer, auto, phase: "ringing" | "connecting" | "talking", muted, quality} */
  call = null;
  error = null;

  constructor({ audio, onChange }) {
    this.#audio = audio;
    this.#onChange = onChange;
  }

  /** Registers with an account; resolves when the registrar has answered, either way. */
  start(account) {
    this.abandon();
    const socket = new JsSIP.WebSocketInterface(account.ws_url);
    const { uri, authorization_user, password, realm, display_name } = account;
    const ua = new JsSIP.UA({ ...OPTIONS, sockets: [socket], uri, authorization_user, password, realm, display_name });
    this.#ua = ua;
    const answered = new Promise((resolve) => {
      ua.on("registered", () => resolve(this.#set({ registered: true, error: null })));
      ua.on("registrationFailed", () => resolve(this.#set({ registered: false, error: "phone.refused" })));
    });
    ua.on("unregistered", () => this.#set({ registered: false }));
    ua.on("disconnected", () => this.#ua === ua && this.#set({ registered: false, error: "phone.unreachable" }));
    ua.on("newRTCSession", ({ originator, session, request }) => {
      if (originator === "remote") this.#invited(session, request);
    });
    ua.start();
    return answered;
  }

  async answer() {
    const session = this.#session;
    if (this.call?.phase !== "ringing" || !session) return;
    this.#update({ phase: "connecting" });
    try {
      const mediaStream = await this.#microphone;
      session.answer({ mediaStream, pcConfig: { iceServers: [] } });
      this.#set({ error: null });
    } catch (failure) {
      this.#update({ phase: "ringing" });
      this.#set({ error: failure.name === "NotAllowedError" ? "phone.no_permission" : "phone.no_microphone" });
    }
  }

  mute(muted) {
    if (!this.#session) return;
    if (muted) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
    this.#update({ muted });
  }

  /** Puts down our own leg: for a call that the server does not control for us. */
  leave() {
    if (this.#session) this.#session.terminate(this.call?.phase === "ringing" ? { status_code: BUSY } : {});
  }

  /** Goes silent like a torn-out plug: no BYE, so that the call can be rung at another place. */
  abandon() {
    const ua = this.#ua;
    this.#ua = null;
    this.#session?.connection?.close();
    this.#clear();
    ua?._transport?.disconnect();
    this.#set({ registered: false });
  }

  /** Signs off in order. */
  stop() {
    const ua = this.#ua;
    this.#ua = null;
    ua?.stop();
    this.#set({ registered: false, error: null });
  }

  /** Speaks with another microphone and listens on another loudspeaker from now on. */
  async devicesChanged() {
    await devices.routeTo(this.#audio);
    const sender = this.#session?.connection?.getSenders().find(({ track }) => track?.kind === "audio");
    if (!sender) return;
    const old = await this.#microphone;
    this.#microphone = devices.openMicrophone();
    const [track] = (await this.#microphone).getAudioTracks();
    track.enabled = !this.call?.muted;
    await sender.replaceTrack(track);
    devices.close(old);
  }

  #invited(session, request) {
    const { offer, auto } = describe((name) => request.getHeader(name));
    if (this.#session && !auto) return session.terminate({ status_code: BUSY });
    this.#session?.terminate();
    this.#session = session;
    this.#microphone = devices.openMicrophone();
    this.#microphone.catch(() => {});
    this.call = { offer, auto, phase: "ringing", muted: false, quality: null };
    this.#follow(session);
    this.#onChange();
    return auto ? this.answer() : undefined;
  }

  #follow(session) {
    const mine = (act) => (event) => session === this.#session && act(event);
    session.on("peerconnection", ({ peerconnection }) => this.#hearFrom(peerconnection));
    session.on("icecandidate", hurry());
    session.on("confirmed", mine(() => this.#talking(session)));
    session.on("ended", mine(() => this.#clear()));
    session.on("failed", mine(() => this.#clear()));
  }

  #hearFrom(connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      this.#audio.srcObject = streams[0] ?? new MediaStream([track]);
      devices.routeTo(this.#audio);
      this.#audio.play().catch(() => this.#set({ error: "phone.silent" }));
    });
  }

  #talking(session) {
    this.#update({ phase: "talking" });
    clearInterval(this.#watch);
    this.#watch = setInterval(async () => {
      const quality = await read(session.connection).catch(() => null);
      if (session === this.#session) this.#update({ quality });
    }, QUALITY_EVERY_MS);
  }

  #clear() {
    clearInterval(this.#watch);
    this.#microphone?.then(devices.close, () => {});
    this.#microphone = null;
    this.#session = null;
    this.#audio.srcObject = null;
    this.call = null;
    this.#onChange();
  }

  #update(changes) {
    if (this.call) this.#set({ call: { ...this.call, ...changes } });
  }

  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}

/** Answers with the candidates found so far, once there is one and a moment has passed. */
function hurry() {
  let timer = null;
  return ({ ready }) => {
    timer ??= setTimeout(ready, CANDIDATES_WITHIN_MS);
  };
}
