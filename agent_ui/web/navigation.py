"""The links of the strip: which parts of the product an employee finds there, in this order.

The strip has room for a few; what a role does all day stands in front, the rest behind "More".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agent_ui.web.access_table import ACCESS
from crm_core.models import Role
from crm_core.staff.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Link:
    """A part of the product. `label` is a code of the texts; `path` is a route that takes GET."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """What stands in the strip, and what behind "More"."""

    front: tuple[Link, ...]
    more: tuple[Link, ...]


START = Link("/", "nav.console")
BOARD = Link("/", "nav.board")
PARTS = (
    Link("/today", "nav.today"),
    Link("/tasks", "nav.tasks"),
    Link("/collections", "nav.collections"),
    Link("/applications", "nav.applications"),
    Link("/cards", "nav.cards"),
    Link("/reports", "reports.title"),
    Link("/what-if", "whatif.title"),
    Link("/staffing", "staffing.title"),
    Link("/extensions", "extensions.title"),
    Link("/complaints", "nav.complaints"),
    Link("/interests", "nav.interests"),
    Link("/groups", "groups.title"),
    Link("/duplicates", "duplicates.title"),
    Link("/pins", "pins.title"),
    Link("/parties/new", "nav.new_client"),
    Link("/admin", "nav.admin"),
)
FRONT: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.AGENT: frozenset({"/today", "/cards"}),
        Role.MANAGER: frozenset({"/today", "/cards"}),
        Role.COLLECTOR: frozenset({"/today", "/collections"}),
        Role.CREDIT_OFFICER: frozenset({"/today", "/tasks", "/applications"}),
        Role.SUPERVISOR: frozenset({"/cards", "/tasks", "/collections", "/applications"}),
        Role.ADMINISTRATOR: frozenset({"/admin"}),
    }
)


def navigation_for(role: Role) -> Navigation:
    """The links of an employee with this role; a route that he may not use is not among them."""
    parts = [part for part in PARTS if _opens(part, role)]
    return Navigation(
        front=(*_first(role), *(part for part in parts if part.path in FRONT[role])),
        more=tuple(part for part in parts if part.path not in FRONT[role]),
    )


def _first(role: Role) -> tuple[Link, ...]:
    if may(role, Permission.TAKE_CALLS):
        return (START,)
    return (BOARD,) if may(role, Permission.VIEW_BOARD) else ()


def _opens(part: Link, role: Role) -> bool:
    return any(may(role, one) for one in ACCESS["GET", part.path].any_of)
