"""What-if on the screen and over the API, worked off by the real process."""

import dataclasses
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from config.whatif_runs import WhatIfRuns
from crm_core.whatif import runs
from routing.ids import QueueId
from routing.roster import Roster
from tests.agent_ui.web.conftest import Site
from tests.crm_core.whatif.past_days import write_day

PAGE, API = "/what-if", "/api/v1/what-if"
ASKED = {
    "name": "Two more for <main>",
    "first": "2026-02-27",
    "last": "2026-02-27",
    "rules": "none",
    "skills": "as_recorded",
    "queue": ["main", "cards"],
    "agents": ["2", ""],
}


async def past_day(site: Site) -> WhatIfRuns:
    """A past day in SQL, and what works runs off."""
    names = {"main": {"": "Main"}, "cards": {"": "Cards"}}
    site.app.state.parts = dataclasses.replace(site.app.state.parts, queue_names=names)
    await write_day(site.centre.db, site.centre.id("clara"), queue=QueueId("main"))

    async def roster_since(_session: AsyncSession, _moment: datetime) -> Roster:
        return site.centre.roster

    return WhatIfRuns(site.centre.db, zone=ZoneInfo("Europe/Moscow"), roster_since=roster_since)


async def test_a_supervisor_asks_waits_and_sees_it_side_by_side(site: Site) -> None:
    worker = await past_day(site)
    sofia = await site.browser("sofia")
    assert "Nothing has been asked yet." in (await sofia.get(PAGE)).text
    asked = await sofia.post(PAGE, data=ASKED)
    assert asked.status_code == 303
    page = asked.headers["location"]
    waiting = (await sofia.get(page)).text
    assert "Waiting: 0 of 1 simulated days" in waiting and "hx-get" in waiting
    await worker.work_off()
    done = (await sofia.get(page)).text
    assert "Two more for &lt;main&gt;" in done and "hx-get" not in done
    assert "Main: 2 more" in done and "<svg" in done and "style=" not in done
    told = (await sofia.get(f"{API}/{page.rpartition('/')[2]}")).json()
    total = told["result"]["total"]
    assert told["state"] == "done"
    assert (total["recorded"]["offered"], total["recorded"]["abandoned"]) == (40, 10)
    assert total["base"]["offered"] == total["predicted"]["offered"] == 40
    assert total["difference"]["mean_wait_all"][0] < 0, "two more agents shorten the wait"
    assert f"{40 * 0.75:.0f}" in re.sub(r"\s", "", done)
    listed = (await sofia.get(API)).json()["items"]
    assert [(one["name"], one["result"]) for one in listed] == [(ASKED["name"], {})]


async def test_the_result_is_handed_out_as_one_file(site: Site) -> None:
    worker = await past_day(site)
    sofia = await site.browser("sofia", **{"Accept-Language": "ru"})
    page = (await sofia.post(PAGE, data=ASKED | {"rules": "in_force", "agents": []})).headers[
        "location"
    ]
    early = await sofia.get(f"{page}/report.html")
    assert early.status_code == 409
    await worker.work_off()
    report = await sofia.get(f"{page}/report.html")
    assert report.status_code == 200
    assert "attachment" in report.headers["content-disposition"]
    assert "<script" not in report.text and "http" not in report.text
    assert "Two more for &lt;main&gt;" in report.text


async def test_a_second_run_has_to_wait_and_a_restart_ends_the_first(site: Site) -> None:
    await past_day(site)
    sofia = await site.browser("sofia")
    page = (await sofia.post(PAGE, data=ASKED)).headers["location"]
    second = await sofia.post(PAGE, data=ASKED)
    assert second.status_code == 422 and "One run is under way" in second.text
    async with site.centre.db.unit_of_work() as session:
        await runs.interrupt_all(session)
    assert "The product was restarted" in (await sofia.get(page)).text


async def test_a_run_by_rules_that_are_not_there_fails_and_says_so(site: Site) -> None:
    worker = await past_day(site)
    sofia = await site.browser("sofia")
    page = (await sofia.post(PAGE, data=ASKED | {"rules": "draft"})).headers["location"]
    await worker.work_off()
    assert "There is no draft of rules." in (await sofia.get(page)).text


async def test_mistakes_are_shown_beside_their_fields_and_nothing_is_lost(site: Site) -> None:
    await past_day(site)
    sofia = await site.browser("sofia")
    wrong = (
        ({"name": " "}, "Give it a name."),
        ({"first": "soon"}, "This is no date."),
        ({"last": "2026-02-26"}, "The last day is before the first."),
        ({"last": "2027-02-26"}, "At most 31 days."),
        ({"agents": ["many", ""]}, "A whole number of agents"),
        ({"agents": ["99", ""]}, "At most 50 agents"),
        ({"skills": "seven"}, "There is no such choice."),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "There are no calls on these days."),
    )
    for change, said in wrong:
        answer = await sofia.post(PAGE, data=ASKED | change)
        assert answer.status_code == 422, change
        assert said in answer.text and "error-summary" in answer.text
    assert 'value="2026-02-27"' in answer.text or 'value="2020-01-02"' in answer.text


async def test_agents_have_no_what_if(site: Site) -> None:
    clara = await site.browser("clara")
    assert (await clara.get(PAGE)).status_code == 403
    assert (await clara.post(PAGE, data=ASKED)).status_code == 403
    sofia = await site.browser("sofia")
    assert (await sofia.get(f"{PAGE}/nothing")).status_code == 404
