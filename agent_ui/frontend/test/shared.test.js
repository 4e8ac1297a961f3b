import assert from "node:assert/strict";
import { test } from "node:test";

import { possible } from "../src/console/actions.js";
import { duration, moment } from "../src/shared/format.js";
import { byReadiness, groupOf, presence } from "../src/shared/presence.js";

test("durations", () => {
  assert.equal(duration(0), "0:00");
  assert.equal(duration(-3), "0:00");
  assert.equal(duration(61.9), "1:01");
  assert.equal(duration(3_725), "1:02:05");
});

test("a moment of another day carries its date", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const here = { language: "en", timezone: "UTC" };
  assert.equal(moment("2026-11-24T09:05:00Z", now, here), "09:05");
  assert.match(moment("2026-11-20T09:05:00Z", now, here), /20 Nov/);
  assert.equal(moment(undefined, now, here), "");
});

test("moments are told in the centre's time zone, wherever the browser is", () => {
  const now = Date.parse("2026-11-24T22:30:00Z");
  const moscow = { language: "en", timezone: "Europe/Moscow" };
  assert.equal(moment("2026-11-24T22:05:00Z", now, moscow), "01:05");
  assert.match(moment("2026-11-24T20:05:00Z", now, moscow), /24 Nov/, "yesterday there");
});

test("presence: what the system sees goes before what the agent set", () => {
  const person = { on_shift: true, availability: "available", activity: "idle" };
  assert.equal(presence(person).code, "available");
  assert.equal(presence({ ...person, activity: "on_call" }).code, "on_call");
  assert.equal(presence({ ...person, availability: "not_ready", reason: "meal" }).code, "meal");
  assert.equal(presence({ ...person, on_shift: false, activity: "on_call" }).code, "offline");
  assert.equal(presence(undefined).code, "offline");
  assert.equal(groupOf("meal"), "away");
  assert.equal(groupOf("not_responding"), "trouble");
});

test("who can take a call comes first, then by name", () => {
  const free = { name: "Zoe", on_shift: true, availability: "available", activity: "idle" };
  const busy = { name: "Adam", on_shift: true, availability: "available", activity: "on_call" };
  const other = { ...free, name: "Anna" };
  assert.deepEqual([busy, free, other].sort(byReadiness).map(({ name }) => name), ["Anna", "Zoe", "Adam"]);
});

const browser = { phone: "browser" };
const owned = (state, more = {}) => ({ role: "owner", state, ...more });

test("what can be done with a call in each state", () => {
  assert.deepEqual(possible(null, browser, null), []);
  assert.deepEqual(possible(owned("talking"), browser, null), ["hold", "mute", "keypad", "transfer", "hangup"]);
  assert.deepEqual(possible(owned("held"), browser, null), ["resume", "transfer", "hangup"]);
  assert.deepEqual(possible(owned("wrap_up", { wrap_up_mode: "timed" }), browser, null), ["extend"]);
  assert.deepEqual(possible(owned("wrap_up", { wrap_up_mode: "optional" }), browser, null), []);
});

test("handing over needs a colleague who has answered", () => {
  const asking = (connected) => possible(owned("consulting", { consult: { connected } }), browser, null);
  assert.ok(!asking(false).includes("complete"));
  assert.ok(asking(true).includes("complete"));
});

test("a call is answered in the browser only once its own phone rings", () => {
  const call = { role: "offered", state: "ringing" };
  assert.deepEqual(possible(call, browser, null), ["reject"]);
  assert.deepEqual(possible(call, browser, { phase: "ringing" }), ["answer", "reject"]);
  assert.deepEqual(possible(call, { phone: "desk" }, { phase: "ringing" }), ["reject"]);
});

test("a desk phone mutes itself", () => {
  assert.ok(!possible(owned("talking"), { phone: "desk" }, null).includes("mute"));
});
