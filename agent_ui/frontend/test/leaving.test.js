import assert from "node:assert/strict";
import test from "node:test";

import { speaks } from "../src/console/leaving.js";

test("only the tab whose telephone has the call asks before it is left", () => {
  assert.equal(speaks({ role: "owner", call: "c1" }), true);
  assert.equal(speaks({ role: "owner", call: null }), false);
  assert.equal(speaks({ role: "mirror", call: "c1" }), false);
});
