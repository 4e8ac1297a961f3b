"""The tabs of a party's page: one table. A part of the bank adds its row beside its own routes."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab. `path` is a route with `{party}` in it, `label` a code of the texts; whoever lacks
    `permission` does not see the tab, unless it is for the party's own managers too. The route's
    own row in the access table must agree."""

    code: str
    path: str
    label: str
    permission: Permission
    own: bool = False

    def url(self, party: str, call: str | None) -> str:
        """The address of the tab of this party, for the same call as the page that shows it."""
        return self.path.format(party=party) + (f"?call={call}" if call else "")


_P = Permission
TABS = (
    Tab("overview", "/parties/{party}", "party.tab.overview", _P.VIEW_PARTIES),
    Tab("agreements", "/parties/{party}/agreements", "party.tab.agreements", _P.VIEW_PARTIES),
    Tab("cards", "/parties/{party}/cards", "party.tab.cards", _P.VIEW_PARTIES),
    Tab("profile", "/parties/{party}/profile", "party.tab.profile", _P.VIEW_PARTIES),
    Tab("contacts", "/parties/{party}/contacts", "party.tab.contacts", _P.VIEW_PARTIES),
    Tab("documents", "/parties/{party}/documents", "party.tab.documents", _P.VIEW_PARTIES),
    Tab("consents", "/parties/{party}/consents", "party.tab.consents", _P.VIEW_PARTIES),
    Tab("relations", "/parties/{party}/relations", "party.tab.relations", _P.VIEW_PARTIES),
    Tab("managers", "/parties/{party}/managers", "party.tab.managers", _P.VIEW_PARTIES),
    Tab("tasks", "/parties/{party}/tasks", "party.tab.tasks", _P.WORK_TASKS),
    Tab("interests", "/parties/{party}/interests", "party.tab.interests", _P.EDIT_PARTIES),
    Tab(
        "applications",
        "/parties/{party}/applications",
        "party.tab.applications",
        _P.VIEW_APPLICATIONS,
    ),
    Tab("collections", "/parties/{party}/collections", "party.tab.collections", _P.VIEW_CASES),
    Tab("timeline", "/parties/{party}/timeline", "party.tab.timeline", _P.VIEW_PARTIES),
    Tab("looks", "/parties/{party}/looks", "party.tab.looks", _P.VIEW_AUDIT, own=True),
)


def tabs_for(viewer: Employee, *, own: bool) -> Iterator[Tab]:
    """The tabs that an employee has; `own` tells that he looks after the party."""
    return (tab for tab in TABS if viewer.may(tab.permission) or (own and tab.own))
