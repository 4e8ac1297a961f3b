/** The keys that lead to the search box: `/` and Ctrl+K, but not while one types somewhere. */

const FIELDS = "input, textarea, select, [contenteditable], dialog";

/** Whether the key is one of ours and the keyboard is free for it; pure. */
export function opens({ key, code, ctrlKey, metaKey, altKey, shiftKey, target }) {
  if (target?.closest?.(FIELDS)) return false;
  if (altKey) return false;
  if (ctrlKey !== metaKey) return !shiftKey && (key.toLowerCase() === "k" || code === "KeyK");
  return !ctrlKey && key === "/";
}

/** `enabled` says whether shortcuts are on; `field` is the search box. */
export function bindOpening(field, enabled) {
  addEventListener("keydown", (event) => {
    if (!field || !enabled() || !opens(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
