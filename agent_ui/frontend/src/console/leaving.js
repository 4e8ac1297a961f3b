/** Asks before the page is left while its telephone has a call: leaving would hang it up. */

/** Whether this tab's own telephone has a call; a mirror may be left at any time. Pure. */
export const speaks = ({ role, call }) => role === "owner" && Boolean(call);

export function guardLeaving(desk) {
  addEventListener("beforeunload", (event) => {
    if (speaks(desk.store.phone)) event.preventDefault();
  });
}
