"""What can go wrong with an AMI action or link, kept apart by whose fault it is.

`InvalidAction` is our own fault and nothing was sent. `NotSent` means the link was down and
nothing was sent: asking again is safe. `Refused` is Asterisk's answer. `OutcomeUnknown` means the
action left and no answer came: it may have been carried out, so look for its effect in a snapshot
and never send it again blindly.
"""

from __future__ import annotations


class AmiError(Exception):
    """Base of everything this package raises."""


class InvalidAction(AmiError):
    """The action breaks the guard's rules (not allowed, a line break in a value, too long)."""


class NotSent(AmiError):
    """The link is down or congested: nothing was sent, no side effect is possible."""


class Refused(AmiError):
    """Asterisk answered `Response: Error`; `message` is its own text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class OutcomeUnknown(AmiError):
    """The action was sent, and the link or the patience ended before the answer."""
