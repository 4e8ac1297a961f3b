/** The browser's own notifications, only while the page is hidden. */

let shown = null;

/** Asks once; nothing waits for the answer, which may never come. */
export const unlock = async () => {
  if ("Notification" in window && Notification.permission === "default") {
    await Notification.requestPermission().catch(() => {});
  }
};

export function ringing(title, body, tag) {
  clear();
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  shown = new Notification(title, { body, tag, requireInteraction: true });
  shown.onclick = () => {
    window.focus();
    clear();
  };
}

export function clear() {
  shown?.close();
  shown = null;
}
