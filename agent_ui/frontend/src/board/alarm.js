/** A sound and a notification for a new alarm, once somebody has asked for them. */

import { ringing, unlock } from "../shared/notify.js";
import { load, save } from "../shared/prefs.js";

const BEEP = { hertz: 660, seconds: 0.25, loudness: 0.15 };

export class Alarm {
  #known = new Set();
  #audio = null;

  constructor() {
    this.on = load("board.alarm", false);
  }

  /** A click may turn it on: browsers let nothing sound before one. */
  async turn(on) {
    this.on = on;
    save("board.alarm", this.on);
    if (!this.on) return;
    this.#beep();
    await unlock();
  }

  /** Tell what is red now; what was red already keeps silent. */
  hear(alerts, text) {
    const red = alerts.filter((one) => one.level === "red");
    const fresh = red.filter((one) => !this.#known.has(one.id));
    this.#known = new Set(red.map((one) => one.id));
    if (!this.on || !fresh.length) return;
    this.#beep();
    ringing(fresh[0].title, text(fresh[0]), "board-alarm");
  }

  #beep() {
    this.#audio ??= new AudioContext();
    const sound = this.#audio.createOscillator();
    const volume = this.#audio.createGain();
    volume.gain.value = BEEP.loudness;
    sound.frequency.value = BEEP.hertz;
    sound.connect(volume).connect(this.#audio.destination);
    sound.start();
    sound.stop(this.#audio.currentTime + BEEP.seconds);
  }
}
