/** What the server wrote into the page for the scripts, and the page's own requests. */

/** A block of JSON that the server wrote into the page; empty if there is none. */
export const read = (id) => {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : {};
};

export const page = { ...read("page-data"), messages: read("page-messages") };

/** The text of a code, with `{name}` filled in; a code without text is shown as it is. */
export function t(code, values = {}) {
  const text = page.messages[code] ?? code;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Asks for a one-time websocket ticket; the failure says whether the session is over. */
export async function ticket() {
  const answer = await fetch("/live/ticket", { method: "POST", headers: { "X-CSRF-Token": page.csrf } });
  if (answer.ok) return answer.json();
  throw Object.assign(new Error(`ticket: ${answer.status}`), { signedOut: [401, 403].includes(answer.status) });
}

/** JSON of our own API, or null if it cannot be had now. */
export async function get(path) {
  try {
    const answer = await fetch(path, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export const toSignIn = () => location.assign("/sign-in");
