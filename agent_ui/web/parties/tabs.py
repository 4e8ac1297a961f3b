"""The tabs of a party's page: one table. A part of the bank adds its row beside its own routes.

There are too many for one row, so tabs that belong together are a group: the upper bar has the
groups, and below it stand the tabs of the group that is shown.
"""

from dataclasses import dataclass, replace
from itertools import groupby

from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab. `path` is a route with `{party}` in it, `label` a code of the texts; `group` the code
    of its group's label, or empty if it stands for itself. Whoever lacks `permission` does not see
    it, unless it is for the party's own managers too. The route's row in the access table must
    agree."""

    code: str
    path: str
    label: str
    permission: Permission
    group: str
    own: bool

    def url(self, party: str, call: str | None) -> str:
        """The address of the tab of this party, for the same call as the page that shows it."""
        return self.path.format(party=party) + (f"?call={call}" if call else "")


@dataclass(frozen=True, slots=True)
class Group:
    """Tabs that belong together, one at least; the group opens with the first. `label` is a code
    of the texts: a tab that is alone stands under its own."""

    label: str
    tabs: tuple[Tab, ...]

    def shows(self, tab: str) -> bool:
        """Whether the tab with this code is one of them."""
        return any(one.code == tab for one in self.tabs)


def _tab(code: str, permission: Permission, group: str = "", *, own: bool = False) -> Tab:
    path, label = f"/parties/{{party}}/{code}", f"party.tab.{code}"
    return Tab(code=code, path=path, label=label, permission=permission, group=group, own=own)


_P = Permission
_MONEY, _WORK = "party.group.money", "party.group.work"
_WHO, _TIES = "party.group.who", "party.group.ties"
TABS = (
    replace(_tab("overview", _P.VIEW_PARTIES), path="/parties/{party}"),
    _tab("agreements", _P.VIEW_PARTIES, _MONEY),
    _tab("cards", _P.VIEW_PARTIES, _MONEY),
    _tab("collections", _P.VIEW_CASES, _WORK),
    _tab("applications", _P.VIEW_APPLICATIONS, _WORK),
    _tab("tasks", _P.WORK_TASKS, _WORK),
    _tab("interests", _P.EDIT_PARTIES, _WORK),
    _tab("profile", _P.VIEW_PARTIES, _WHO),
    _tab("contacts", _P.VIEW_PARTIES, _WHO),
    _tab("documents", _P.VIEW_PARTIES, _WHO),
    _tab("consents", _P.VIEW_PARTIES, _WHO),
    _tab("pin", _P.MANAGE_PINS, _WHO),
    _tab("relations", _P.VIEW_PARTIES, _TIES),
    _tab("managers", _P.VIEW_PARTIES, _TIES),
    _tab("timeline", _P.VIEW_PARTIES),
    _tab("looks", _P.VIEW_AUDIT, own=True),
)


def tabs_for(viewer: Employee, *, own: bool) -> tuple[Group, ...]:
    """The groups that an employee has; `own` tells that he looks after the party."""
    seen = [tab for tab in TABS if viewer.may(tab.permission) or (own and tab.own)]
    together = groupby(seen, key=lambda tab: tab.group or tab.code)
    return tuple(_group(tuple(tabs)) for _key, tabs in together)


def _group(tabs: tuple[Tab, ...]) -> Group:
    return Group(label=tabs[0].group if len(tabs) > 1 else tabs[0].label, tabs=tabs)
