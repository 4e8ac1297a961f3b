import assert from "node:assert/strict";
import { test } from "node:test";

import { enough, Lookup } from "../src/search/lookup.js";
import { opens } from "../src/search/opening.js";

const answers = () => {
  const waiting = new Map();
  return { ask: (text) => new Promise((resolve) => waiting.set(text, resolve)), give: (text) => waiting.get(text)(text), waiting };
};
const turn = () => new Promise((resolve) => setTimeout(resolve));

test("two letters, or one Chinese character, are enough to ask for", () => {
  assert.deepEqual(["", " ", "и", " и ", "ив", "王", "12"].map(enough), [false, false, false, false, true, true, true]);
});

test("only the newest answer is shown, however late an older one comes", async () => {
  const { ask, give, waiting } = answers();
  const shown = [];
  const lookup = new Lookup({ ask, show: (answer) => shown.push(answer), pause: 0 });
  assert.ok(lookup.type("ив"));
  while (!waiting.has("ив")) await turn();
  assert.ok(lookup.type(" иван "));
  while (!waiting.has("иван")) await turn();
  give("иван");
  give("ив");
  await turn();
  assert.deepEqual(shown, ["иван"]);
});

test("what was typed on over is not asked for, and nothing is shown after stopping", async () => {
  const { ask, give, waiting } = answers();
  const shown = [];
  const lookup = new Lookup({ ask, show: (answer) => shown.push(answer), pause: 0 });
  lookup.type("iva");
  lookup.type("ivan");
  while (!waiting.has("ivan")) await turn();
  assert.ok(!waiting.has("iva"));
  assert.ok(!lookup.type("i"));
  give("ivan");
  await turn();
  assert.deepEqual(shown, []);
});

const press = (key, more = {}) => opens({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: null, ...more });

test("the search opens with a slash and with Ctrl+K in any layout", () => {
  assert.ok(press("/"));
  assert.ok(press("k", { ctrlKey: true }));
  assert.ok(press("л", { code: "KeyK", ctrlKey: true }));
  assert.ok(press("k", { metaKey: true }));
});

test("the search does not open while one types, nor with other keys", () => {
  assert.ok(!press("/", { target: { closest: () => ({}) } }));
  assert.ok(!press("k", { ctrlKey: true, target: { closest: () => ({}) } }));
  assert.ok(!press("K", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+K is the keypad");
  assert.ok(!press("k"));
  assert.ok(!press("/", { ctrlKey: true }));
  assert.ok(!press("/", { altKey: true }));
});
