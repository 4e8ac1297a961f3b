"""Ringing customers: where a call may go, and what shows on their display. Pure.

Toll safety: only whole E.164 numbers, only through the channel that the operator's template names.
What the application's AMI user may do beside it is narrowed in manager.conf.
"""

import re
from dataclasses import dataclass

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
TEMPLATE = re.compile(r"[A-Za-z]+/[A-Za-z0-9_.:;@/-]*\{(number|digits)\}[A-Za-z0-9_.:;@/-]*")
"""A channel as Dial names it, with `{number}` (+74951234567) or `{digits}` (74951234567) in it."""


class NotDiallable(ValueError):
    """The number is none that may be rung, or this node rings nobody. Bears no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """How a node rings customers; with an empty `template` it does not."""

    template: str = ""
    caller_id: str = ""
    """The bank's number that they see; empty: whatever the trunk sends."""

    def __post_init__(self) -> None:
        if self.template and not TEMPLATE.fullmatch(self.template):
            raise ValueError(f"not a channel with {{number}} or {{digits}}: {self.template!r}")

    def channel(self, number: str) -> str:
        """Return the channel that rings this E.164 number. Raises NotDiallable."""
        if not self.template:
            raise NotDiallable("the node has no way out")
        if not E164.fullmatch(number):
            raise NotDiallable("not an E.164 number")
        return self.template.replace("{number}", number).replace("{digits}", number[1:])
