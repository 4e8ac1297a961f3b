/** The ring tone, made of two sine tones; no file. Silent until `unlock` was called by a click. */

const TONES_HZ = [440, 554];
const RING_S = 1.1;
const PERIOD_MS = 3000;

let context = null;
let repeating = null;

export async function unlock() {
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume().catch(() => {});
}

function burst() {
  if (context?.state !== "running") return;
  const from = context.currentTime;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(0.12, from + 0.06);
  gain.gain.setValueAtTime(0.12, from + RING_S - 0.25);
  gain.gain.linearRampToValueAtTime(0, from + RING_S);
  gain.connect(context.destination);
  for (const frequency of TONES_HZ) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start(from);
    tone.stop(from + RING_S);
  }
}

export function start() {
  if (repeating) return;
  burst();
  repeating = setInterval(burst, PERIOD_MS);
}

export function stop() {
  clearInterval(repeating);
  repeating = null;
}
