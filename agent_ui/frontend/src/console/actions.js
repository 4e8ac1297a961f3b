/**
 * What can be done with the call now, as one table of states, and doing it.
 *
 * Buttons and shortcuts both ask here, so that they never differ. Pure but for `run`.
 */

const OWNER = {
  talking: ["hold", "mute", "keypad", "transfer", "hangup"],
  held: ["resume", "transfer", "hangup"],
  consulting: ["complete", "cancel", "mute"],
  recovering: ["hangup"],
  wrap_up: ["extend"],
};

const RINGING = ["answer", "reject"];

/** The names of all that makes sense now. `phone` is the browser phone's state, or null. */
export function possible(call, me, phone) {
  if (!call) return [];
  if (call.role === "owner") return OWNER[call.state]?.filter((name) => fits(name, call, me)) ?? [];
  if (call.role === "consulted" && call.consult?.connected) return me.phone === "browser" ? ["mute", "leave"] : [];
  if (call.state === "talking" || call.state === "held") return [];
  return RINGING.filter((name) => name !== "answer" || (me.phone === "browser" && phone?.phase === "ringing"));
}

function fits(name, call, me) {
  if (name === "mute") return me.phone === "browser";
  if (name === "complete") return call.consult?.connected === true;
  if (name === "extend") return call.wrap_up_mode === "timed";
  return true;
}

const DO = {
  answer: (desk) => desk.phone.answer(),
  reject: (desk) => {
    desk.phone.quiet();
    const offer = desk.call.offer?.offer ?? desk.me.offer;
    return offer ? desk.send("offer.decline", { offer }) : desk.phone.leave();
  },
  hold: (desk) => desk.ask("call.hold"),
  resume: (desk) => desk.ask("call.resume"),
  mute: (desk) => desk.phone.mute(!desk.store.phone.call?.muted),
  hangup: (desk) => desk.ask("call.hangup"),
  leave: (desk) => desk.phone.leave(),
  complete: (desk) => desk.ask("call.consult.complete"),
  cancel: (desk) => desk.ask("call.consult.cancel"),
  extend: (desk) => desk.ask("wrapup.extend"),
  keypad: () => dispatchEvent(new CustomEvent("tellerline-keypad")),
  transfer: () => dispatchEvent(new CustomEvent("tellerline-transfer")),
};

export const allowed = (desk, name) => possible(desk.call, desk.me ?? {}, desk.store.phone.call).includes(name);

/** Does it if it makes sense now; says whether it did. */
export function run(desk, name) {
  if (!allowed(desk, name)) return false;
  DO[name](desk);
  return true;
}
