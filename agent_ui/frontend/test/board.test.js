/** The board: when figures warn, in which order rows stand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { alertsOf, grade, gradesOf } from "../src/board/limits.js";
import { agentRows, callRows, queueRow } from "../src/board/rows.js";

const NOW = Date.parse("2026-11-24T09:00:00Z");
const USUAL = {
  longest_wait: { yellow: 30, red: 60 },
  waiting: { yellow: 3, red: 6 },
  service_level: { yellow: 80, red: 70 },
  abandon_rate: { yellow: 5, red: 10 },
  available: { yellow: 2, red: 1 },
  least: 10,
};
const queue = (facts) => ({ queue: "service", name: "Service", waiting: 0, available: 3, ...facts });
const day = (facts) => ({ answered: 20, abandoned: 0, service_level: 95, abandon_rate: 0, states: { idle: 3 }, ...facts });

test("what waits is bad from the limit on, the others below it", () => {
  assert.equal(grade("waiting", 2, USUAL.waiting), "");
  assert.equal(grade("waiting", 3, USUAL.waiting), "yellow");
  assert.equal(grade("waiting", 6, USUAL.waiting), "red");
  assert.equal(grade("service_level", 80, USUAL.service_level), "");
  assert.equal(grade("service_level", 79.9, USUAL.service_level), "yellow");
  assert.equal(grade("service_level", 69.9, USUAL.service_level), "red");
});

test("what is not known, or has no limit, does not warn", () => {
  assert.equal(grade("service_level", null, USUAL.service_level), "");
  assert.equal(grade("waiting", 99, undefined), "");
  assert.equal(grade("available", 0, { yellow: null, red: null }), "");
});

test("a share of a few contacts is no share", () => {
  const bad = { service_level: 0, abandon_rate: 100 };
  assert.equal(gradesOf(queue(), day({ answered: 4, abandoned: 5, ...bad }), USUAL, NOW).worst, "");
  assert.equal(gradesOf(queue(), day({ answered: 5, abandoned: 5, ...bad }), USUAL, NOW).worst, "red");
});

test("nobody is missed in a queue whose people have gone home", () => {
  assert.equal(gradesOf(queue({ available: 0 }), day({ states: {} }), USUAL, NOW).available, "");
  assert.equal(gradesOf(queue({ available: 0 }), day({ states: { meal: 1 } }), USUAL, NOW).available, "red");
});

test("a wait turns yellow and red by the clock alone", () => {
  const waiting = queue({ waiting: 1, longest_since: "2026-11-24T08:59:25Z" });
  assert.equal(gradesOf(waiting, day(), USUAL, NOW).longest_wait, "yellow");
  assert.equal(gradesOf(waiting, day(), USUAL, NOW + 30_000).longest_wait, "red");
});

test("alarms come before warnings", () => {
  const rules = { usual: USUAL, limits: { cards: { waiting: { red: 1 } } } };
  const rows = [
    queueRow(queue({ waiting: 3 }), day(), rules, NOW),
    queueRow({ queue: "cards", name: "Cards", waiting: 1 }, day(), rules, NOW),
  ];
  assert.deepEqual(alertsOf(rows).map((one) => [one.id, one.level]), [
    ["cards.waiting", "red"],
    ["service.waiting", "yellow"],
  ]);
});

const call = (id, facts) => [id, { call: id, queue: "service", state: "queued", arrived_at: "2026-11-24T08:58:00Z", queued_at: "2026-11-24T08:58:00Z", credit: 0, rate: 100, ...facts }];

test("who waits stands in the order of his claim, with his place in his queue", () => {
  const state = {
    calls: Object.fromEntries([
      call("late", { queued_at: "2026-11-24T08:59:30Z" }),
      call("early", {}),
      call("gold", { queued_at: "2026-11-24T08:59:00Z", credit: 90 }),
      call("other", { queue: "cards", queued_at: "2026-11-24T08:59:50Z" }),
      call("talking", { state: "talking", answered_at: "2026-11-24T08:58:05Z" }),
    ]),
  };
  assert.deepEqual(callRows(state, NOW).map(({ call, place }) => [call, place]), [
    ["gold", 1],
    ["early", 2],
    ["late", 3],
    ["other", 1],
    ["talking", null],
  ]);
});

test("a rate lets a call overtake another while nothing happens", () => {
  const state = { calls: Object.fromEntries([call("slow", {}), call("fast", { queued_at: "2026-11-24T08:59:30Z", rate: 300 })]) };
  const first = (now) => callRows(state, now)[0].call;
  assert.equal(first(NOW), "slow");
  assert.equal(first(NOW + 60_000), "fast");
});

const person = (name, facts) => ({ name, on_shift: true, availability: "available", activity: "idle", since: "", ...facts });
const STATE = {
  colleagues: {
    a: person("Anna"),
    b: person("Boris", { availability: "not_ready", reason: "meal" }),
    c: person("Clara"),
    d: person("Dina", { on_shift: false }),
  },
  staff: {
    a: { queues: ["service"], standing: "idle" },
    b: { queues: ["service", "cards"], standing: "meal" },
    c: { queues: ["cards"], standing: "phone_unreachable" },
    d: { queues: ["cards"] },
  },
};
const found = (wanted, teams) => agentRows(STATE, { name: "", group: "shift", queue: "", team: "", ...wanted }, teams).map((row) => row.name);

test("agents are found by name, state, queue and team", () => {
  assert.deepEqual(found({}), ["Anna", "Clara", "Boris"]);
  assert.deepEqual(found({ group: "all" }), ["Anna", "Clara", "Boris", "Dina"]);
  assert.deepEqual(found({ group: "away" }), ["Boris"]);
  assert.deepEqual(found({ queue: "cards" }), ["Clara", "Boris"]);
  assert.deepEqual(found({ name: " AN" }), ["Anna"]);
  assert.deepEqual(found({ team: "t" }, [{ id: "t", members: ["b", "d"] }]), ["Boris"]);
});

test("a ready agent whose phone is away is shown as what keeps calls from him", () => {
  const clara = agentRows(STATE, { name: "clara", group: "trouble", queue: "", team: "" })[0];
  assert.equal(clara.code, "phone_unreachable");
});
