"""What the API tells of extensions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from agent_ui.shapes import Shape
from routing.terms import PhoneKind

State = Literal["free", "ringing", "in_use", "on_hold", "unreachable", "unknown"]


class ExtensionShape(Shape):
    """A phone on a node, as it has stood `since` when. Without an `agent` it is nobody's of ours.

    `unknown` is told while the link to the node is cut, too.
    """

    node: str
    endpoint: Annotated[str, Field(examples=["d0123456789ab"])]
    state: State
    since: datetime
    agent: str | None
    name: str
    phone: PhoneKind | None


class ExtensionPage(Shape):
    """Extensions by node and endpoint; `next_cursor` leads on."""

    items: list[ExtensionShape]
    next_cursor: str | None
