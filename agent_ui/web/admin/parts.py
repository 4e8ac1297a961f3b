"""What can be administered: one table of pages, each with the permission that opens it.

A part's own page lives with its feature. Its text `<label>` is the heading and `<label>.hint` says
in a sentence what is done there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.models import Role
from crm_core.staff.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class AdminPart:
    """A page of administration. `path` takes GET, `icon` is one of the frontend's icons."""

    path: str
    label: str
    icon: str
    permission: Permission


_P = Permission
ADMIN_PARTS: tuple[AdminPart, ...] = (
    AdminPart("/admin/products", "products.title", "cash-coin", _P.MANAGE_PRODUCTS),
    AdminPart("/admin/routes", "routes.title", "signpost-split", _P.MANAGE_PRODUCTS),
    AdminPart("/admin/rules", "rules.title", "telephone-forward", _P.MANAGE_RULES),
    AdminPart("/admin/flows", "flows.title", "keyboard", _P.MANAGE_FLOWS),
    AdminPart("/admin/calendar", "calendars.title", "clock", _P.MANAGE_CALENDARS),
    AdminPart("/admin/branches", "branches.title", "building", _P.MANAGE_ORGANISATION),
    AdminPart("/admin/teams", "teams.title", "people", _P.MANAGE_ORGANISATION),
    AdminPart("/admin/leave", "leave.title", "hourglass-split", _P.MANAGE_ORGANISATION),
    AdminPart("/admin/skills", "skills.title", "headset", _P.MANAGE_ORGANISATION),
    AdminPart("/admin/segments", "segments.title", "grid-3x3-gap", _P.MANAGE_SEGMENTS),
    AdminPart("/duplicates", "duplicates.title", "people", _P.MERGE_PARTIES),
    AdminPart("/admin/bank-data", "bank_data.title", "cash-coin", _P.MANAGE_BANK_DATA),
    AdminPart("/admin/erasures", "erasures.title", "x-lg", _P.ERASE_PARTIES),
    AdminPart("/admin/tokens", "tokens.title", "keyboard", _P.MANAGE_TOKENS),
)


def admin_parts_for(role: Role) -> Iterator[AdminPart]:
    """The parts that an employee with this role may open, in the order of the table."""
    return (part for part in ADMIN_PARTS if may(role, part.permission))
