/** The list of shortcuts, and switching them off. */

import * as shortcuts from "./shortcuts.js";

export const keys = () => ({
  keys: shortcuts.listed(),
  keysOn: shortcuts.enabled(),

  toggleKeys() {
    this.keysOn = shortcuts.enable(!this.keysOn);
  },
});
