import assert from "node:assert/strict";
import { test } from "node:test";

import * as draft from "../src/console/draft.js";

const card = (fields) => ({ ...draft.blank(), rev: 1, ...fields });

test("a fresh draft shows the server's card", () => {
  const shown = draft.adopt(draft.create("c"), card({ caller_name: "Anna" }));
  assert.equal(shown.fields.caller_name, "Anna");
  assert.ok(!draft.isDirty(shown));
});

test("what was typed is never overwritten by the server", () => {
  let mine = draft.adopt(draft.create("c"), card({ caller_name: "Anna" }));
  mine = draft.edit(mine, "essence", "asks for a limit");
  mine = draft.adopt(mine, card({ caller_name: "Anna B.", essence: "", rev: 2 }));
  assert.equal(mine.fields.essence, "asks for a limit");
  assert.equal(mine.fields.caller_name, "Anna B.");
  assert.equal(mine.rev, 2);
});

test("emptied by hand is typed as well", () => {
  let mine = draft.adopt(draft.create("c"), card({ essence: "old" }));
  mine = draft.adopt(draft.edit(mine, "essence", ""), card({ essence: "old" }));
  assert.equal(mine.fields.essence, "");
});

test("typing on while a save is under way stays unsaved", () => {
  const typed = draft.edit(draft.create("c"), "essence", "ab");
  const [message, sent] = draft.send(typed);
  assert.deepEqual(message.fields.essence, "ab");
  const more = draft.edit(sent, "essence", "abc");
  assert.deepEqual(draft.saved(more, { rev: 5 }).touched, ["essence"]);
  assert.deepEqual(draft.saved(sent, { rev: 5 }).touched, []);
  assert.equal(draft.saved(sent, { rev: 5 }).rev, 5);
});

test("the server's own echo of the draft settles it", () => {
  const typed = draft.edit(draft.create("c"), "topic", "cards");
  assert.ok(!draft.isDirty(draft.adopt(typed, card({ topic: "cards", rev: 3 }))));
});

test("the keyed topic is taken once, and only where none is chosen", () => {
  const keyed = draft.suggest(draft.adopt(draft.create("c"), card({})), "loan");
  assert.equal(keyed.fields.topic, "loan");
  assert.ok(draft.isDirty(keyed), "it is saved like what is typed");
  const emptied = draft.suggest(draft.edit(keyed, "topic", ""), "loan");
  assert.equal(emptied.fields.topic, "");
  const chosen = draft.suggest(draft.adopt(draft.create("c"), card({ topic: "card" })), "loan");
  assert.equal(chosen.fields.topic, "card");
  assert.ok(!draft.isDirty(draft.suggest(draft.create("c"), "")));
});

test("a card that has not come yet changes nothing", () => {
  const mine = draft.edit(draft.create("c"), "topic", "cards");
  assert.equal(draft.adopt(mine, null), mine);
});

test("a blank at the end survives the server's trimming", () => {
  const [, sent] = draft.send(draft.edit(draft.create("c"), "essence", "asks for "));
  const mine = draft.adopt(draft.saved(sent, { rev: 2 }), card({ essence: "asks for", rev: 2 }));
  assert.equal(mine.fields.essence, "asks for ");
  assert.ok(!draft.isDirty(mine));
});

test("old news does not undo what has just been saved", () => {
  const [, sent] = draft.send(draft.edit(draft.create("c"), "essence", "asks for "));
  const saved = draft.saved(sent, { rev: 2 });
  assert.equal(draft.adopt(saved, card({ essence: "", rev: 1 })), saved);
});
