"""The links of the strip: which parts of the product an employee finds there, in this order."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent_ui.web.access_table import ACCESS
from crm_core.models import Role
from crm_core.staff.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Link:
    """A part of the product. `label` is a code of the texts; `path` is a route that takes GET."""

    path: str
    label: str


START = Link("/", "nav.console")
BOARD = Link("/", "nav.board")
PARTS = (
    Link("/today", "nav.today"),
    Link("/cards", "nav.cards"),
    Link("/tasks", "nav.tasks"),
    Link("/applications", "nav.applications"),
    Link("/complaints", "nav.complaints"),
    Link("/interests", "nav.interests"),
    Link("/collections", "nav.collections"),
    Link("/parties/new", "nav.new_client"),
    Link("/admin", "nav.admin"),
)


def links_for(role: Role) -> Iterator[Link]:
    """The links of an employee with this role; a route that he may not use is not among them."""
    if may(role, Permission.TAKE_CALLS):
        yield START
    elif may(role, Permission.VIEW_BOARD):
        yield BOARD
    for part in PARTS:
        if any(may(role, one) for one in ACCESS["GET", part.path].any_of):
            yield part
