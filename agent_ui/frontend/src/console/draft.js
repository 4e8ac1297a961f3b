/**
 * What the agent has typed on a card, as pure functions.
 *
 * The agent's hand wins: a field he has touched is never overwritten by what the server sends, and
 * nothing typed is ever cleared. A field he has not touched follows the server, so that a mirror
 * tab shows what is typed in the other.
 */

export const FIELDS = Object.freeze(["caller_name", "topic", "essence", "disposition", "follow_up"]);

export const blank = () => Object.fromEntries(FIELDS.map((field) => [field, ""]));

export const create = (call) => ({ call, fields: blank(), touched: [], sent: null, rev: 0, savedAt: null, suggested: false });

/** The server trims: a blank at the end that is about to become a word must not vanish. */
const same = (typed, stored) => typed === stored || typed.trim() === stored;

/**
 * Takes the server's card in; touched fields stay, unless the server already has just that.
 *
 * A card older than the draft is old news: the answer to a save may overtake the state that it made.
 */
export function adopt(draft, card) {
  if (!card || (card.rev ?? 0) < draft.rev) return draft;
  const fields = { ...draft.fields };
  const touched = draft.touched.filter((field) => !same(draft.fields[field], card[field] ?? ""));
  for (const field of FIELDS) {
    const stored = card[field] ?? "";
    if (!touched.includes(field) && !same(fields[field], stored)) fields[field] = stored;
  }
  return { ...draft, fields, touched, rev: Math.max(draft.rev, card.rev ?? 0), savedAt: card.saved_at ?? draft.savedAt };
}

export function edit(draft, field, value) {
  const touched = draft.touched.includes(field) ? draft.touched : [...draft.touched, field];
  return { ...draft, fields: { ...draft.fields, [field]: value }, touched };
}

/**
 * Takes what the caller keyed as the topic while none is chosen: once, so that an agent may empty it.
 * It waits for the server's card, for another may have chosen already.
 */
export function suggest(draft, topic) {
  if (!topic || draft.suggested) return draft;
  const taken = { ...draft, suggested: true };
  return draft.fields.topic || draft.touched.includes("topic") ? taken : edit(taken, "topic", topic);
}

export const isDirty = (draft) => draft.touched.length > 0;

/** What to send, and the draft that remembers what was sent. */
export const send = (draft) => [{ call: draft.call, fields: draft.fields, rev: draft.rev }, { ...draft, sent: draft.fields }];

/** After the server took it: a field is still touched only if it was typed in since. */
export function saved(draft, { rev, saved_at: savedAt }) {
  const touched = draft.touched.filter((field) => draft.fields[field] !== draft.sent?.[field]);
  return { ...draft, touched, sent: null, rev: rev ?? draft.rev, savedAt: savedAt ?? draft.savedAt };
}

/** After the server refused it: it waits to be sent again, over the newest revision. */
export const unsaved = (draft, { rev }) => ({ ...draft, sent: null, rev: Math.max(draft.rev, rev ?? 0) });
