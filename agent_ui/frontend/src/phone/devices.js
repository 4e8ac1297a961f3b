/** Microphones and loudspeakers: what there is, what was chosen, and the microphone's stream. */

import { load, save } from "../shared/prefs.js";

const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export const chosen = { microphone: load("microphone", ""), speaker: load("speaker", "") };

export function choose(kind, id) {
  chosen[kind] = id;
  save(kind, id);
}

/** A fresh stream of the chosen microphone, or of any if the chosen one is unplugged. */
export async function openMicrophone() {
  const wanted = { ...VOICE, ...(chosen.microphone && { deviceId: { exact: chosen.microphone } }) };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: wanted });
  } catch (failure) {
    if (!chosen.microphone || failure.name !== "OverconstrainedError") throw failure;
    return navigator.mediaDevices.getUserMedia({ audio: VOICE });
  }
}

export const close = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** Asks for the permission once, and lets go of the microphone at once. */
export async function unlock() {
  close(await openMicrophone());
}

export async function list() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind) => devices.filter((device) => device.kind === kind && device.deviceId);
  return { microphones: of("audioinput").map(plain), speakers: of("audiooutput").map(plain) };
}

const plain = ({ deviceId, label }) => ({ id: deviceId, label: label || deviceId.slice(0, 8) });

export async function routeTo(audio) {
  if (audio.setSinkId) await audio.setSinkId(chosen.speaker).catch(() => audio.setSinkId(""));
}
