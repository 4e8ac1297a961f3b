"""The tabs of a party's page: one table. A part of the bank adds its row beside its own routes."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.models import Role
from crm_core.staff.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab. `path` is a route with `{party}` in it, `label` a code of the texts; whoever lacks
    `permission` does not see the tab. The route's own row in the access table must agree."""

    code: str
    path: str
    label: str
    permission: Permission

    def url(self, party: str, call: str | None) -> str:
        """The address of the tab of this party, for the same call as the page that shows it."""
        return self.path.format(party=party) + (f"?call={call}" if call else "")


_P = Permission
TABS = (Tab("overview", "/parties/{party}", "party.tab.overview", _P.VIEW_PARTIES),)


def tabs_for(role: Role) -> Iterator[Tab]:
    """The tabs that an employee with this role has."""
    return (tab for tab in TABS if may(role, tab.permission))
