"""Reports on the screen: figures with their formulas, filters, the heat map, who may see them."""

import html
import re
from itertools import product

from agent_ui.web.reports.query import GROUPINGS
from crm_core.reports.intervals import Interval
from tests.agent_ui.web.conftest import Site

PAGE, HEAT = "/reports", "/reports/heatmap"
DAY = {"from": "2026-02-27", "to": "2026-02-27"}


def words(page: str) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_a_report_shows_its_figures_and_how_they_came_about(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    answer = await sofia.get(PAGE, params=DAY)
    assert answer.status_code == 200
    told = words(answer.text)
    assert "Service level 66.7 % answered in time 4 ( answered 5 + abandoned 1 )" in told
    assert "waiting until the answer 1:15 answered 5" in told and "Average wait (ASA) 0:15" in told
    assert "Occupancy 25.0 %" in told and "Handling time (AHT) 2:00" in told
    assert "Main within 20 s before 5 s, left out" in told
    assert "Fri 27 Feb 2026 6 5 4 66.7 % 0:15 1 16.7 % 2:00 0 0.0 % 25.0 % 1:00:00" in told
    assert "<svg" in answer.text and 'role="img"' in answer.text


async def test_a_call_from_the_first_ring_on_is_in_the_report(site: Site) -> None:
    """Nothing written by hand: the engine decided, the journal was drained, the report counts."""
    centre = site.centre
    centre.house.start(centre.id("anna"))
    call = centre.ring()
    centre.wait(10)
    centre.answer()
    centre.wait(60)
    centre.hang_up(call)
    await centre.drain()
    sofia = await site.browser("sofia")
    total = (await sofia.get("/api/v1/reports/intervals")).json()["total"]
    assert (total["answered"], total["answered_in_time"], total["asa"]) == (1, 1, 13)
    assert total["time_on_call"] == 60 and total["aht"] == 60


async def test_every_cut_has_its_words(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    cuts = [(interval, "none") for interval in Interval]
    cuts += [("whole", grouping) for grouping in GROUPINGS]
    pages = [(PAGE, {"interval": interval, "group": group}) for interval, group in cuts]
    pages += [(HEAT, {"show": show}) for show in ("contacts", "service_level")]
    for language, (page, asked) in product(("en", "ru"), pages):
        sofia.cookies.set("tellerline_language", language)
        answer = await sofia.get(page, params=DAY | asked)
        assert answer.status_code == 200, asked
        assert not re.findall(r"\breports\.[a-z_.]+", words(answer.text)), (language, asked)


async def test_by_agent_those_who_were_not_served_stand_last(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    asked = DAY | {"interval": "whole", "group": "agent"}
    told = words((await sofia.get(PAGE, params=asked)).text)
    assert "Clara 5 5 4 80.0 %" in told
    assert "Nobody answered 1 0 0 0.0 % — 1 100.0 %" in told


async def test_by_queue_the_page_says_why_there_is_no_occupancy(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    told = words((await sofia.get(PAGE, params=DAY | {"group": "queue"})).text)
    assert "Occupancy 25.0 %" not in told and "does not wait for one queue" in told


async def test_the_heat_map_has_a_number_in_each_cell(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    page = (await sofia.get(HEAT, params=DAY)).text
    friday = re.search(r"Friday</th>(.*?)</tr>", page, re.DOTALL)
    assert friday and '<td class="is-5">6</td>' in friday[1]
    page = (await sofia.get(HEAT, params=DAY | {"show": "service_level"})).text
    assert '<td class="is-fair">67</td>' in page


WRONG = (
    ({"from": "2026-02-30"}, "That is no day."),
    ({"from": "2026-02-27", "to": "2026-02-26"}, "The last day is before the first."),
    ({"from": "2020-01-01", "to": "2026-02-26"}, "The period is too long"),
)


async def test_a_wrong_period_is_told_and_stays_in_the_form(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    for page, (asked, problem) in product((PAGE, HEAT), WRONG):
        answer = await sofia.get(page, params=asked)
        assert answer.status_code == 422
        assert problem in answer.text and f'value="{asked["from"]}"' in answer.text


async def test_reports_are_for_those_who_lead(counted: Site) -> None:
    clara = await counted.browser("clara")
    for path in (PAGE, HEAT, PAGE + "/intervals.csv", HEAT + ".xlsx"):
        assert (await clara.get(path)).status_code == 403


async def test_a_period_without_anything_says_so(counted: Site) -> None:
    sofia = await counted.browser("sofia")
    answer = await sofia.get(PAGE, params={"from": "2026-01-01", "to": "2026-01-02"})
    assert "Nothing ended and nobody worked" in words(answer.text)
