"""The shape of a command that does more than tell routing, and who may give which."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agent_ui.live.asks import AGENTS, Stamp
from agent_ui.live.messages import Shape
from agent_ui.live.patch import Document
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission

Handler = Callable[[Employee, Stamp, Any], Awaitable[Document | None]]


@dataclass(frozen=True, slots=True)
class Special:
    """The shape of its arguments, what does it, and the permissions of which one is needed."""

    args: type[Shape]
    handler: Handler
    needs: frozenset[Permission] = AGENTS
