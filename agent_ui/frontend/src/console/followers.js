/** What follows from a change of the state besides being drawn: announcements, notifications. */

import { t } from "../shared/page.js";
import * as notify from "../shared/notify.js";
import { presence } from "../shared/presence.js";

export function followState(desk, before, after) {
  const [old, now] = [before.state, after.state];
  if (!now) return;
  desk.phone.follow(now.me, before.link !== "live" && after.link === "live");
  announcePresence(desk, old?.me, now.me);
  announceCall(desk, old?.call ?? null, now.call ?? null);
}

function announcePresence(desk, old, now) {
  if (!old || !now) return;
  if (now.activity === "not_responding" && old.activity !== "not_responding") {
    desk.announcer.say(t("notice.missed"), "warning");
  }
  const [was, is] = [presence(old).code, presence(now).code];
  if (was !== is) document.getElementById("announce-state").textContent = t(`state.${is}`);
}

function announceCall(desk, old, now) {
  const changed = now && (old?.call !== now.call || old?.state !== now.state);
  if (changed) document.getElementById("announce-call").textContent = t(`call.${now.state}`);
  const rings = now && ["offered", "consulted"].includes(now.role) && now.state !== "wrap_up";
  if (rings && old?.offer?.offer !== now.offer?.offer) {
    notify.ringing(t("notify.ringing"), now.candidates?.[0]?.name ?? now.number_display ?? t("number.withheld"), now.call);
  }
  if (!now || !rings) notify.clear();
  if (old && !now && old.state === "wrap_up") desk.closed(old.call);
}
