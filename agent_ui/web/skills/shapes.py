"""What the API tells of skills, and of what agents are there for."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident
from crm_core.models import Role
from routing.roster import HIGHEST, LOWEST

Level = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]


class SkillShape(Shape):
    """A skill that agents can have; `name` is in the asker's language."""

    skill: Annotated[str, Field(examples=["english"])]
    name: str


class SkillList(Shape):
    """All skills, in the order of the configuration."""

    items: list[SkillShape]


class AssignmentShape(Shape):
    """The queues that an agent serves and his skills, by level from 1 to 5."""

    employee: str
    name: str
    role: Role
    version: Annotated[int, Field(description="Name it when changing: it must be the newest")]
    queues: list[str]
    skills: dict[str, int]


class AssignmentPage(Shape):
    """Agents by id; `next_cursor` leads on."""

    items: list[AssignmentShape]
    next_cursor: str | None


class AssignmentAsked(BaseModel):
    """What an agent shall serve and know from now on; what is not named he does not."""

    model_config = ConfigDict(extra="forbid")

    queues: Annotated[list[Ident], Field(max_length=1000)]
    skills: Annotated[dict[Ident, Level], Field(max_length=200)]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
