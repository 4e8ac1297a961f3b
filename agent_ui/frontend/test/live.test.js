import assert from "node:assert/strict";
import { test } from "node:test";

import { delay } from "../src/live/backoff.js";
import { fromPong, fromStamp, serverTime, UNKNOWN } from "../src/live/clock.js";
import { CLOSED, failure, FIRST, next } from "../src/live/link.js";
import { mergePatch } from "../src/live/merge.js";
import * as outbox from "../src/live/outbox.js";
import { EMPTY, reduce } from "../src/live/reducer.js";

test("merge patch: the examples of RFC 7396, appendix A", () => {
  const cases = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [["a", "b"], ["c", "d"], ["c", "d"]],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases) assert.deepEqual(mergePatch(target, patch), result);
});

test("merge patch changes nothing it is given and keeps what it does not name", () => {
  const target = Object.freeze({ kept: Object.freeze({ deep: 1 }), changed: Object.freeze({ x: 1 }) });
  const merged = mergePatch(target, { changed: { x: 2 } });
  assert.equal(merged.kept, target.kept);
  assert.deepEqual(target.changed, { x: 1 });
});

const hello = (own, shared, state) => ({ type: "hello", seq: { own, shared }, state });
const own = (seq, patch) => ({ type: "delta", of: "own", seq, patch });
const shared = (seq, patch) => ({ type: "delta", of: "shared", seq, patch });
const play = (...messages) => messages.reduce(reduce, EMPTY);

test("snapshot and deltas end where a fresh snapshot would", () => {
  const view = play(
    hello(7, 20, { me: { activity: "idle" }, queues: {} }),
    own(8, { call: { state: "ringing" } }),
    shared(21, { queues: { main: { waiting: 1 } } }),
    own(9, { me: { activity: "ringing" } }),
  );
  assert.deepEqual(view, {
    seq: { own: 9, shared: 21 },
    state: { me: { activity: "ringing" }, queues: { main: { waiting: 1 } }, call: { state: "ringing" } },
    stale: false,
  });
});

for (const delta of [own, shared]) {
  test(`a gap in ${delta.name} makes the state stale until the next snapshot, and nothing is patched meanwhile`, () => {
    const gap = play(hello(1, 1, { n: 1 }), delta(3, { n: 3 }));
    assert.deepEqual(gap, { seq: { own: 1, shared: 1 }, state: { n: 1 }, stale: true });
    assert.deepEqual(reduce(gap, own(2, { n: 2 })), gap);
    assert.deepEqual(reduce(gap, shared(2, { n: 2 })), gap);
    assert.deepEqual(reduce(gap, hello(5, 6, { n: 5 })), { seq: { own: 5, shared: 6 }, state: { n: 5 }, stale: false });
  });
}

test("a repeated delta changes nothing", () => {
  const view = play(hello(1, 1, { n: 1 }), own(2, { n: 2 }));
  assert.equal(reduce(view, own(2, { n: 99 })), view);
});

test("a delta before any snapshot asks for one", () => {
  assert.equal(reduce(EMPTY, shared(4, {})).stale, true);
});

test("messages of other kinds leave the view alone", () => {
  const view = play(hello(1, 1, {}));
  assert.equal(reduce(view, { type: "pong", id: 1 }), view);
});

test("the fastest stamp wins, slower ones do not pull the clock back", () => {
  const first = fromStamp(UNKNOWN, 10_000, 5_200);
  const faster = fromStamp(first, 11_000, 6_050);
  assert.equal(faster.offset, 4_950);
  assert.equal(fromStamp(faster, 12_000, 8_000), faster);
});

test("a ping's answer puts the server's stamp in the middle of the way", () => {
  const estimate = fromPong(UNKNOWN, 100_050, { sent: 1_000, received: 1_100 });
  assert.equal(estimate.offset, 99_000);
  assert.equal(serverTime(estimate, 2_000), 101_000);
  assert.equal(fromPong(estimate, 100_900, { sent: 1_200, received: 2_200 }), estimate);
});

test("an estimate is forgotten after five minutes, for clocks drift and laptops sleep", () => {
  const estimate = fromPong(UNKNOWN, 1_000, { sent: 0, received: 10 });
  const later = 6 * 60 * 1000;
  assert.equal(fromStamp(estimate, later - 500, later).offset, -500);
});

test("waiting grows, is spread and never passes five seconds", () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => delay(attempt, 0.999));
  assert.deepEqual(waits, [...waits].sort((a, b) => a - b));
  assert.ok(Math.max(...waits) <= 5000);
  assert.ok(delay(9, 0) >= 2500);
  assert.notEqual(delay(3, 0.1), delay(3, 0.9));
});

test("an unanswered command is sent again with the same id, an answered one is not", () => {
  const hold = { id: "a", name: "call.hold", args: { call: "c" } };
  const draft = { id: "b", name: "card.draft", args: {} };
  let waiting = outbox.add(outbox.add(outbox.EMPTY, hold), draft);
  let settled;
  [waiting, settled] = outbox.settle(waiting, "a");
  assert.equal(settled, hold);
  assert.deepEqual(outbox.unanswered(waiting), [{ type: "command", id: "b", name: "card.draft", args: {} }]);
  assert.deepEqual(outbox.settle(waiting, "a"), [waiting, null]);
});

test("the pill: lost, given up, back, displaced", () => {
  assert.equal(next(FIRST, "snapshot"), "live");
  assert.equal(next("live", "lost"), "reconnecting");
  assert.equal(next("reconnecting", failure(1)), "reconnecting");
  assert.equal(next("reconnecting", failure(4)), "offline");
  assert.equal(next("offline", "network_back"), "reconnecting");
  assert.equal(next("offline", "snapshot"), "live");
  assert.equal(next("live", "displaced"), "elsewhere");
  assert.equal(next("elsewhere", "lost"), "elsewhere");
  assert.equal(next("elsewhere", "retry"), "reconnecting");
  assert.equal(CLOSED.ELSEWHERE, 4002);
});
