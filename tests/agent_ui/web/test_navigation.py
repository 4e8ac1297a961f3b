"""The strip leads each role to what it may use, and to nothing that refuses it."""

import pytest

from agent_ui.web.navigation import FRONT, PARTS, navigation_for
from crm_core.models import Role
from tests.agent_ui.centre import STAFF
from tests.agent_ui.web.conftest import Site


@pytest.mark.parametrize("name", sorted(STAFF))
async def test_every_link_opens(site: Site, name: str) -> None:
    browser = await site.browser(name)
    links = navigation_for(STAFF[name])
    assert links.front
    for link in (*links.front, *links.more):
        answer = await browser.get(link.path)
        assert answer.status_code == 200, link.path
        assert f'href="{address_on(link.path)}"' in answer.text


def address_on(path: str) -> str:
    """A page's link to itself; the console's leads nowhere, for a telephone is in it."""
    return "#main" if path == "/" else path


def test_what_stands_in_front_is_a_part_that_the_role_may_use() -> None:
    assert set(FRONT) == set(Role)
    for role in Role:
        shown = {link.path for link in navigation_for(role).front}
        assert FRONT[role] <= shown, role
    assert set().union(*FRONT.values()) <= {part.path for part in PARTS}
