import "./shared/theme.js";
