"""How long the customer was on hold, whatever the order in which the news of it comes."""

from datetime import datetime

from routing.engine.records import Call


def start_hold_clock(call: Call, at: datetime) -> None:
    """The customer hears music from now on."""
    call.held_since = at if call.held_since is None else call.held_since


def stop_hold_clock(call: Call, at: datetime) -> None:
    """The music has ended."""
    if call.held_since is not None:
        call.held_seconds += max(0.0, (at - call.held_since).total_seconds())
        call.held_since = None


def add_past_hold(call: Call, start: datetime, end: datetime) -> None:
    """A hold that had ended before we heard of its beginning."""
    call.held_seconds += max(0.0, (end - start).total_seconds())
