"""Remembers for a moment who must wait, so that hammering does not reach the database.

Tries during a delay count nowhere, so nothing is lost. The moment is short: a process that has not
heard of a count that was cleared elsewhere, by a new code, must not go by its memory for long.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import inf

from crm_core.selfservice.pin_limits import BEARABLE_S
from crm_core.throttling import Counted, Limit

LONGEST_S = 10.0
MOST = 10_000


class Damper:
    """What one process remembers: at most `MOST` subjects, the newest."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def waits(self, subjects: Iterable[str], now: datetime) -> bool:
        """Whether one of the subjects is known to have to wait."""
        return any(now < self._until[one] for one in subjects if one in self._until)

    def remember(self, limits: Mapping[str, Limit], counted: Counted) -> None:
        """Take in what a look at the database told."""
        for subject, limit in limits.items():
            asked = counted.wait_s > 0 and subject in counted.before
            since = counted.before[subject] if asked else counted.at
            delay_s = limit.delay_s(counted.failures[subject])
            left_s = delay_s - (counted.at - since).total_seconds()
            if left_s > BEARABLE_S:
                until = counted.at + timedelta(seconds=min(left_s, LONGEST_S))
                self._until[subject] = until
                self._until.move_to_end(subject)
        while len(self._until) > MOST:
            self._until.popitem(last=False)

    def forget(self, subjects: Iterable[str]) -> None:
        """Their try was right and does not count."""
        for one in subjects:
            self._until.pop(one, None)


def not_counted(now: datetime) -> Counted:
    """What is known of a try that was not even counted: it came too soon."""
    return Counted(at=now, wait_s=inf, failures={}, before={})
