"""Branches, teams and leave on the screen."""

import re

from tests.agent_ui.web.conftest import Site


def ids(text: str, pattern: str) -> list[str]:
    return re.findall(pattern, text)


async def test_branches_are_added_below_each_other_and_changed(site: Site) -> None:
    admin = await site.browser("admin")
    page = "/admin/branches"
    assert (await admin.post(page, data={"code": "N", "name": "North"})).status_code == 303
    (north,) = ids((await admin.get(page)).text, r"\?edit=([^\"]+)")
    below = {"code": "N1", "name": "North One", "parent": north}
    assert (await admin.post(page, data=below)).status_code == 303
    assert "North One" in (await admin.get(page)).text
    form = (await admin.get(page, params={"edit": north})).text
    (seen,) = ids(form, r'name="seen" value="(\d+)"')
    closed = {"code": "N", "name": "Old North", "seen": seen}
    assert (await admin.post(f"{page}/{north}", data=closed)).status_code == 303
    shown = (await admin.get(page)).text
    assert "Old North" in shown and "closed" in shown
    stale = await admin.post(f"{page}/{north}", data=closed)
    assert stale.status_code == 422 and "meanwhile" in stale.text
    taken = await admin.post(page, data={"code": "N", "name": "Twice"})
    assert taken.status_code == 422 and 'value="Twice"' in taken.text


async def test_a_team_gets_its_lead_and_members(site: Site) -> None:
    sofia = await site.browser("sofia")
    page, who = "/admin/teams", site.centre.id
    form = {"name": "Private", "lead": who("anna"), "member": [who("clara"), who("boris")]}
    assert (await sofia.post(page, data=form)).status_code == 303
    assert "Boris, Clara" in (await sofia.get(page)).text
    (team,) = ids((await sofia.get(page)).text, r"\?edit=([^\"]+)")
    edit = (await sofia.get(page, params={"edit": team})).text
    assert edit.count("checked") == 3, "two members, and that it exists"
    (seen,) = ids(edit, r'name="seen" value="(\d+)"')
    fewer = {"name": "Private", "member": [who("clara")], "open": "true", "seen": seen}
    assert (await sofia.post(f"{page}/{team}", data=fewer)).status_code == 303
    assert "Boris, Clara" not in (await sofia.get(page)).text


async def test_a_leave_is_taken_in_the_centres_time_and_ended(site: Site) -> None:
    sofia = await site.browser("sofia")
    page, who = "/admin/leave", site.centre.id
    form = {
        "employee": who("anna"),
        "substitute": who("boris"),
        "reason": "sick",
        "since": "2031-05-01T10:00",
        "until": "2031-05-08",
    }
    assert (await sofia.post(page, data=form)).status_code == 303
    shown = (await sofia.get(page)).text
    assert "sick leave" in shown and "1 May 2031, 10:00" in shown
    again = await sofia.post(page, data=form | {"since": "2031-05-02"})
    assert again.status_code == 422 and 'value="2031-05-02"' in again.text
    without = await sofia.post(page, data=form | {"since": ""})
    assert without.status_code == 422
    (leave,) = ids(shown, r'data-leave="([^"]+)"')
    assert (await sofia.post(f"{page}/{leave}/end")).status_code == 303
    assert "Nobody is away" in (await sofia.get(page)).text
