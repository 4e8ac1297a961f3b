"""Walking through a flow: pure. One act at a time goes out, what happened comes in."""
