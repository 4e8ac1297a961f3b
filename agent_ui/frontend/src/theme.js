import "./shared/theme.js";
import "./shared/menus.js";
