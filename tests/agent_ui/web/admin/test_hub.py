"""The page that leads to administration: everybody finds what he may open, and nothing else."""

import pytest

from agent_ui.web.access_table import ACCESS
from agent_ui.web.admin.parts import ADMIN_PARTS, admin_parts_for
from crm_core.staff.permissions import may
from tests.agent_ui.centre import STAFF
from tests.agent_ui.web.conftest import Site


def test_each_part_is_a_page_that_its_permission_opens() -> None:
    for part in ADMIN_PARTS:
        assert part.permission in ACCESS["GET", part.path].any_of, part
        assert part.permission in ACCESS["GET", "/admin"].any_of, part


@pytest.mark.parametrize("name", sorted(STAFF))
async def test_it_lists_what_the_employee_may_open(site: Site, name: str) -> None:
    answer = await (await site.browser(name)).get("/admin")
    expected = {part.path for part in admin_parts_for(STAFF[name])}
    if not any(may(STAFF[name], one) for one in ACCESS["GET", "/admin"].any_of):
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    for part in ADMIN_PARTS:
        assert (f'<a href="{part.path}">' in answer.text) == (part.path in expected)
