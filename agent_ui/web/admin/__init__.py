"""Administration: the page that leads to what only some may set up, and the pages behind it."""
