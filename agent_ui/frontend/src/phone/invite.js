/** What an INVITE says of itself; pure. `header(name)` gives a header's value or undefined. */

const AUTO_ANSWER = /(?:^|;|,|\s)answer-after\s*=\s*0(?:\D|$)|info\s*=\s*(?:alert-autoanswer|auto)|(?:^|\s|;)auto(?:-?answer)?(?:\s|;|$)/i;

export function describe(header) {
  const hints = [header("Alert-Info"), header("Call-Info")].filter(Boolean).join(" ; ");
  return { offer: header("X-Tellerline-Offer") || null, auto: AUTO_ANSWER.test(hints) };
}
