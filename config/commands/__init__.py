"""The command line's commands, a module each. They are loaded only when they are called."""
