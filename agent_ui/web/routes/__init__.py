"""Administration of approval routes: what holds, a draft, and publishing by a second person."""
