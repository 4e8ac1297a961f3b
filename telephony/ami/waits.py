"""One action on its way: what completes it, and with what.

Built on panoramisk's `Action` (its encoding, its future), whose own completion rules are replaced:
they guess from message texts, raise KeyError for Originate without Async (finding P2) and never
complete QueueAdd (P14). Here only a reply completes an action, and only `EventList` ends a list;
events that merely carry the ActionID are events.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from panoramisk.actions import Action as PanoramiskAction

from telephony.ami.errors import AmiError, OutcomeUnknown, Refused
from telephony.ami.messages import AmiEvent, Response

_NOTHING_FOUND = re.compile(r"No .+ found\.?")


class Wait(PanoramiskAction):  # type: ignore[misc]  # panoramisk has no types
    """`add_message` answers whether the wait is over; the future then holds the result."""

    def __init__(
        self, headers: dict[str, str | list[str]], *, on_reply: Callable[[Response], None]
    ) -> None:
        super().__init__(headers)
        self.on_reply = on_reply

    def add_message(self, message: AmiEvent | Response) -> bool:
        if isinstance(message, AmiEvent):
            return False
        if message.succeeded:
            self.on_reply(message)
            self.succeed(message)
        else:
            self.fail(Refused(message.message))
        return True

    def succeed(self, result: object) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, error: AmiError) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class ListWait(Wait):
    """Collects the items between `EventList: start` and `EventList: Complete`."""

    def __init__(
        self,
        headers: dict[str, str | list[str]],
        *,
        on_reply: Callable[[Response], None],
        limit: int,
    ) -> None:
        super().__init__(headers, on_reply=on_reply)
        self.items_found: list[AmiEvent] = []
        self.limit = limit

    def add_message(self, message: AmiEvent | Response) -> bool:
        if isinstance(message, Response):
            return self._opened(message)
        state = message.fields.get("EventList", "").lower()
        if state == "complete":
            self.succeed(self.items_found)
        elif state == "cancelled":
            self.fail(Refused("the list was cancelled"))
        elif len(self.items_found) >= self.limit:
            self.fail(OutcomeUnknown(f"a list of more than {self.limit} items"))
        else:
            self.items_found.append(message)
            return False
        return True

    def _opened(self, reply: Response) -> bool:
        if not reply.succeeded:
            # PJSIPShow... answer an empty table with an error: "No Contacts found".
            if _NOTHING_FOUND.fullmatch(reply.message):
                self.succeed([])
            else:
                self.fail(Refused(reply.message))
            return True
        self.on_reply(reply)
        return False
