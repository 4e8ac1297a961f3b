"""What a node's clock says, learned from what it tells. Pure.

The time given is never later than the node's own by a second or more, and never earlier than
anything the node has stamped: a snapshot that bears it is older than whatever is stamped after it
was asked for, and newer than whatever was seen before.
"""

from datetime import UTC, datetime, timedelta

_SECOND = timedelta(seconds=1)


class NodeTime:
    """Keeps how far the node's clock is ahead of ours, as far as we know for sure."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self, ours: datetime) -> datetime:
        """Return the node's time at this time of ours."""
        return ours + self._ahead

    def stamped(self, at: datetime, received_at: datetime) -> None:
        """Learn from an event. It was under way for some time, perhaps long."""
        self._ahead = max(self._ahead, at - received_at)

    def asked(self, epoch: int, *, sent_at: datetime, replied_at: datetime) -> None:
        """Learn from a reply in whole seconds; so a clock that was set back is noticed too."""
        told = datetime.fromtimestamp(epoch, UTC)
        least, most = told - replied_at, told + _SECOND - sent_at
        if not least <= self._ahead <= most:
            self._ahead = least
