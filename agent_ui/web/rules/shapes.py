"""What the API tells of routing rules."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import PlainText
from crm_core.four_eyes.states import VersionState
from crm_core.rules.vocabulary import LARGEST_TEXT


class VersionShape(Shape):
    """A version of the rules without its text. Who is an employee's id, or `settings` and
    `first_start` of the first version."""

    version: int
    state: VersionState
    drafted_by: str
    drafted_at: datetime
    proposed_by: str | None
    proposed_at: datetime | None
    proposed_why: str
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str
    replaced_at: datetime | None
    equals: Annotated[int | None, Field(description="The earlier version that it brings back")]


class RulesShape(VersionShape):
    """A version with its text, which is YAML."""

    body: str


class VersionPage(Shape):
    """Versions, the newest first; `next_cursor` leads on and is null at the end."""

    items: list[VersionShape]
    next_cursor: int | None


class RulesAsked(BaseModel):
    """A text of rules to check."""

    model_config = ConfigDict(extra="forbid")

    body: Annotated[PlainText, Field(max_length=2 * LARGEST_TEXT)]


class MistakeShape(Shape):
    """What is wrong at a line, counted from 1: a stable code, and in words."""

    line: int
    column: int
    code: str
    text: str


class CheckedShape(Shape):
    """Whether the text could be kept, and what is wrong with it. `rules` are names in order."""

    good: bool
    rules: list[str]
    mistakes: list[MistakeShape]
