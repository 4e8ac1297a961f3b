"""What may end a talk with a caller. No text here carries what was said, keyed or sent.

pyst2's own exceptions stand for what Asterisk answers; these two are what a session sees.
"""

from enum import StrEnum

from asterisk.agi import AGIError, AGIHangup


class Refusal(StrEnum):
    """Why a connection never became a session."""

    PEER = "peer"
    """It came from an address that is not allowed."""
    FULL = "full"
    """There are as many connections or sessions as there may be."""
    CROWDED = "crowded"
    """Its peer opened more without a request; the oldest gave way."""
    SLOW = "slow"
    """The request did not come in time."""
    GONE = "gone"
    """It closed before its request was whole: a port scanner does."""
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    NOT_ADMITTED = "not_admitted"
    STOPPING = "stopping"


class Broken(StrEnum):
    """Why a session lost its channel."""

    CLOSED = "closed"
    """Asterisk closed the connection, or died."""
    STOPPING = "stopping"
    """We are being stopped; Asterisk goes on with the caller."""
    SILENT = "silent"
    """A command was not answered in time."""
    ENDLESS = "endless"
    """The session lasted longer than any may."""
    TOO_LONG = "too_long"
    UNASKED = "unasked"
    """A reply came that nobody asked for: whatever it is, the next would be taken for another's."""
    UNREADABLE = "unreadable"
    NOT_TAKEN = "not_taken"
    """Asterisk does not take a command as it was sent."""
    ABANDONED = "abandoned"
    """Whoever waited for a reply was cancelled, or failed."""


class HungUp(AGIHangup):  # type: ignore[misc]  # pyst2 has no types
    """The caller has hung up."""

    def __init__(self) -> None:
        super().__init__("the caller has hung up")


class ChannelLost(AGIError):  # type: ignore[misc]
    """The channel cannot be spoken to any more, though the caller may still be there."""

    def __init__(self, why: Broken) -> None:
        super().__init__(why.value)
        self.why = why
