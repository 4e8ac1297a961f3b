"""Tabs in groups: each once, those that an employee may see, and where he is said to be."""

import re

import pytest

from agent_ui.web.access_table import ACCESS
from agent_ui.web.parties.tabs import TABS, tabs_for
from crm_core.models import Role
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import may
from routing.ids import AgentId
from tests.agent_ui.web.conftest import Site
from tests.crm_core.conftest import person

CURRENT = re.compile(r'aria-current="(\w+)">([^<]+)<')


def employee(role: Role) -> Employee:
    return Employee(
        id=AgentId("e1"),
        username="e",
        name="E",
        role=role,
        language="en",
        browser_endpoint="b",
        desk_endpoint="d",
        active=True,
    )


def test_tabs_of_a_group_stand_together_and_open_to_whom_their_route_opens() -> None:
    groups = [tab.group for tab in TABS if tab.group]
    assert groups == sorted(groups, key=groups.index)
    for tab in TABS:
        assert tab.own or tab.permission in ACCESS["GET", tab.path].any_of


@pytest.mark.parametrize("role", Role)
def test_an_employee_has_each_of_his_tabs_once(role: Role) -> None:
    shown = [tab for group in tabs_for(employee(role), own=False) for tab in group.tabs]
    assert shown == [tab for tab in TABS if may(role, tab.permission)]


def test_who_looks_after_the_party_sees_who_looked() -> None:
    agent = employee(Role.AGENT)
    assert not any(group.shows("looks") for group in tabs_for(agent, own=False))
    assert any(group.shows("looks") for group in tabs_for(agent, own=True))


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("", [("page", "Overview")]),
        ("/cards", [("true", "Money"), ("page", "Cards")]),
        ("/managers", [("true", "Relations and managers"), ("page", "Managers")]),
        ("/timeline", [("page", "Timeline")]),
    ],
)
async def test_the_page_says_where_one_is(
    site: Site, path: str, here: list[tuple[str, str]]
) -> None:
    party = await person(site.centre.db, "Anna")
    sofia = await site.browser("sofia")
    page = (await sofia.get(f"/parties/{party}{path}?call=c1")).text
    bars = page[page.index('<nav class="tabs"') :]
    assert CURRENT.findall(bars) == here
    assert f'href="/parties/{party}/agreements?call=c1"' in bars
