/** What this person prefers on this machine. Nothing about clients is ever kept here. */

const KEY = "tellerline.";

export function load(name, otherwise) {
  try {
    const stored = localStorage.getItem(KEY + name);
    return stored === null ? otherwise : JSON.parse(stored);
  } catch {
    return otherwise;
  }
}

export function save(name, value) {
  try {
    localStorage.setItem(KEY + name, JSON.stringify(value));
  } catch {
    /* private windows may have no storage: the choice then lasts as long as the page */
  }
}
