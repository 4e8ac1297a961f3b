/**
 * What was typed and is not yet with the server, kept in this tab over a reload.
 *
 * Session storage ends with the tab; a draft leaves it as soon as the server has it.
 */

import { isDirty } from "./draft.js";

const key = (call) => `tellerline.draft.${call}`;

export function store(draft) {
  if (!draft.call) return;
  if (isDirty(draft)) sessionStorage.setItem(key(draft.call), JSON.stringify([draft.fields, draft.touched, draft.suggested]));
  else sessionStorage.removeItem(key(draft.call));
}

export function restore(draft) {
  const stored = sessionStorage.getItem(key(draft.call));
  if (!stored) return draft;
  const [fields, touched, suggested = false] = JSON.parse(stored);
  return { ...draft, fields, touched, suggested };
}

export const forget = (call) => sessionStorage.removeItem(key(call));
