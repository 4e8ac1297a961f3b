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


def conclude_hold(call: Call, at: datetime) -> None:
    """Call or leg ended, and the hold with it, as far as we know."""
    if call.held_since is not None:
        call.hold_concluded = (call.held_since, at)
    stop_hold_clock(call, at)


def resumed_after_all(call: Call, at: datetime) -> bool:
    """It had been resumed before that: the time from then on was talk. True if this was news."""
    if call.hold_concluded is None:
        return False
    since, until = call.hold_concluded
    if not since <= at <= until:
        return False
    call.held_seconds -= (until - at).total_seconds()
    call.hold_concluded = None
    return True


def held_to_the_end(call: Call, start: datetime, end: datetime) -> None:
    """A hold that we hear of when the call is over; a resumption may yet be told."""
    add_past_hold(call, start, end)
    call.hold_concluded = (start, end)


def add_past_hold(call: Call, start: datetime, end: datetime) -> None:
    """A hold that had ended before we heard of its beginning."""
    call.held_seconds += max(0.0, (end - start).total_seconds())
