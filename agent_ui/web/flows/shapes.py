"""What the API tells of flows, and what it takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import PlainText
from agent_ui.web.rules.shapes import MistakeShape, VersionPage, VersionShape
from crm_core.four_eyes.kept import LONGEST_REASON
from crm_core.selfservice.flow_versions import LARGEST_TEXT

__all__ = ["MistakeShape", "VersionPage", "VersionShape"]

_Row = Annotated[int, Field(ge=0, le=2**31 - 1)]
_Text = Annotated[PlainText, Field(max_length=LARGEST_TEXT)]


class FlowStanding(Shape):
    """A flow and which of its versions is published, proposed and drafted; null where none is."""

    flow: str
    published: int | None
    proposed: int | None
    draft: int | None


class FlowsShape(Shape):
    """All flows, by name."""

    items: list[FlowStanding]


class FlowShape(VersionShape):
    """A version with its text, which is YAML. `row_version` guards against two who change it."""

    body: str
    row_version: int


class FlowAsked(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid")

    body: _Text


class DraftAsked(FlowAsked):
    """A text to keep as the draft. `seen` is the draft's `row_version` as it was read, 0 where
    there was no draft."""

    seen: _Row


class Decision(BaseModel):
    """Why, and the version's `row_version` as it was read."""

    model_config = ConfigDict(extra="forbid")

    seen: _Row
    why: Annotated[PlainText, Field(max_length=2 * LONGEST_REASON)]


class Publication(Decision):
    """`over` is the published version that was looked at beside it, 0 if there was none."""

    over: _Row


class FlowChecked(Shape):
    """Whether the text could be proposed, and what is wrong with it."""

    good: bool
    nodes: list[str]
    mistakes: list[MistakeShape]
