import assert from "node:assert/strict";
import { test } from "node:test";

import { describe } from "../src/phone/invite.js";
import { judge } from "../src/phone/quality.js";

const invite = (headers) => describe((name) => headers[name]);

test("an INVITE names its offer", () => {
  assert.deepEqual(invite({ "X-Tellerline-Offer": "o1" }), { offer: "o1", auto: false });
  assert.deepEqual(invite({}), { offer: null, auto: false });
});

test("a reconnect is answered by itself", () => {
  assert.ok(invite({ "Call-Info": "<sip:pbx>;answer-after=0" }).auto);
  assert.ok(invite({ "Alert-Info": "auto" }).auto);
  assert.ok(invite({ "Alert-Info": "<http://pbx>;info=alert-autoanswer" }).auto);
  assert.ok(invite({ "Alert-Info": "info=alert-autoanswer" }).auto);
});

test("nothing else is", () => {
  assert.ok(!invite({ "Call-Info": "<sip:pbx>;answer-after=05" }).auto);
  assert.ok(!invite({ "Call-Info": "<sip:pbx>;answer-after=30" }).auto);
  assert.ok(!invite({ "Alert-Info": "<http://automatic.example/ring.wav>" }).auto);
});

test("the voice: silent, good, poor", () => {
  assert.equal(judge({ received: 0, lost: 0, jitter: 0 }), "silent");
  assert.equal(judge({ received: 500, lost: 1, jitter: 0.004 }), "good");
  assert.equal(judge({ received: 500, lost: 40, jitter: 0.004 }), "poor");
  assert.equal(judge({ received: 500, lost: 0, jitter: 0.2 }), "poor");
});
