"""The report on self-service: the same figures on the page, in files and over the API."""

import re
from itertools import product

from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.surveys import Said
from routing.ids import CallId, FlowId
from tests.agent_ui.web.conftest import Site
from tests.agent_ui.web.reports.test_files import Book, lines
from tests.agent_ui.web.reports.test_pages import WRONG, words
from tests.agent_ui.web.selfservice.conftest import MORNING
from tests.crm_core.selfservice.visiting import keep_all, stay, visit

PAGE, API = "/reports/self-service", "/api/v1/reports"
DAY = {"from": "2026-02-27", "to": "2026-02-27"}


async def test_the_page_tells_containment_nodes_and_answers(visited: Site) -> None:
    sofia = await visited.browser("sofia")
    answer = await sofia.get(PAGE, params=DAY)
    assert answer.status_code == 200
    told = words(answer.text)
    assert "Visits 5 Containment 60.0 % To a person 1 Mean time of a visit 0:20" in told
    assert "main 1 4 0 2 50.0 % 1 0 2 1 0 0:20 main 2 1 0 1 100.0 % 0 0 1 0 0 0:20" in told
    assert "menu 5 5 1 20.0 % 0:06 0:04 0:10" in told
    assert "key 1 → pin: 3 hung up: 1 asked for a person → person: 1" in told
    assert "Main 4 4.00 3 75.0 %" in told and "Main 2 8.00 1 1 0.0" in told


async def test_one_version_and_days_are_told_alone(visited: Site) -> None:
    sofia = await visited.browser("sofia")
    asked = DAY | {"flow": "main", "version": "2", "interval": "day", "group": "agent"}
    told = words((await sofia.get(PAGE, params=asked)).text)
    assert "Fri 27 Feb 2026 main 2 1 0 1 100.0 %" in told and "50.0 %" not in told
    assert "menu 1 1 0 0.0 % 0:04" in told
    assert "Fri 27 Feb 2026 Clara 4 4.00 3 75.0 %" in told
    none = words((await sofia.get(PAGE, params={"from": "2026-01-01", "to": "2026-01-02"})).text)
    assert "Nobody was in self-service" in none


async def test_of_several_flows_one_is_chosen_for_its_nodes(visited: Site) -> None:
    await keep_all(visited.centre.db, [visit("d1", MORNING, flow=FlowId("loans"))])
    sofia = await visited.browser("sofia")
    told = words((await sofia.get(PAGE, params=DAY)).text)
    assert "Choose a flow to see its nodes." in told and "loans 1 1 0 1 100.0 %" in told
    assert "balance 1 1 0" in words((await sofia.get(PAGE, params=DAY | {"flow": "loans"})).text)


async def test_every_cut_has_its_words(visited: Site) -> None:
    every = [stay("x", MORNING, 1, one, "1" if one is Leaving.KEY else "") for one in Leaving]
    several = [
        visit(f"e{n}", MORNING, steps=(one, stay("y", MORNING, 1, Leaving.WENT_ON)))
        for n, one in enumerate(every)
    ]
    await keep_all(visited.centre.db, several)
    sofia = await visited.browser("sofia")
    cuts = (("whole", "none"), ("day", "queue"), ("week", "agent"), ("month", "queue"))
    for language, (interval, group) in product(("en", "ru"), cuts):
        sofia.cookies.set("tellerline_language", language)
        answer = await sofia.get(PAGE, params=DAY | {"interval": interval, "group": group})
        assert answer.status_code == 200
        codes = r"\b(?:selfservice|survey|reports)\.[a-z_.]+"
        assert not re.findall(codes, words(answer.text)), (language, interval, group)


async def test_files_tell_the_same(visited: Site) -> None:
    sofia = await visited.browser("sofia")
    one, two = lines((await sofia.get(PAGE + "/visits.csv", params=DAY)).text)
    assert (one["Version"], one["Visits"], one["Containment"]) == ("1", "4", "0.5")
    assert (two["Version"], two["Mean time of a visit"]) == ("2", "20.5")
    menu, *_ = lines((await sofia.get(PAGE + "/nodes.csv", params=DAY)).text)
    assert (menu["Node"], menu["Drop-off"], menu["Ninth decile"]) == ("menu", "0.2", "10.0")
    recommend, satisfaction = lines((await sofia.get(PAGE + "/surveys.csv", params=DAY)).text)
    assert (recommend["Question"], recommend["NPS"], recommend["CSAT"]) == ("recommend", "0.0", "")
    assert (satisfaction["Queue"], satisfaction["CSAT"]) == ("Main", "0.75")
    book = Book((await sofia.get(PAGE + ".xlsx", params=DAY)).content)
    visits, nodes, answers, how = (book.rows(n) for n in (1, 2, 3, 4))
    assert (visits[1][2], visits[1][5], nodes[1][0]) == (4.0, 0.5, "menu")
    assert (len(answers), how[2][0], book.formulas()) == (3, "Containment", 0)


async def test_the_api_tells_visits_nodes_and_answers(visited: Site) -> None:
    sofia = await visited.browser("sofia")
    told = (await sofia.get(API + "/self-service", params=DAY)).json()
    assert (told["total"]["containment"], told["flow"]) == (0.6, "main")
    menu = told["nodes"][0]
    assert (menu["node"], menu["values"]["drop_off"]) == ("menu", 0.2)
    assert menu["exits"][0] == {"leaving": "key", "key": "1", "to": "pin", "times": 3}
    asked = DAY | {"group": "agent"}
    recommend, satisfaction = (await sofia.get(API + "/surveys", params=asked)).json()["rows"]
    assert (recommend["values"]["nps"], recommend["counts"]) == (0.0, {"6": 1, "10": 1})
    assert satisfaction["key"] == visited.centre.id("clara")
    assert satisfaction["values"] == {
        "answers": 4,
        "mean_answer": 4.0,
        "satisfied": 3,
        "csat": 0.75,
    }


async def test_a_wrong_period_is_told_and_stays_in_the_form(visited: Site) -> None:
    sofia = await visited.browser("sofia")
    for asked, problem in WRONG:
        answer = await sofia.get(PAGE, params=asked)
        assert answer.status_code == 422
        assert problem in answer.text and f'value="{asked["from"]}"' in answer.text
        assert (await sofia.get(API + "/surveys", params=asked)).status_code == 422


async def test_the_report_is_for_those_who_lead(visited: Site) -> None:
    clara = await visited.browser("clara")
    files = (PAGE + one for one in ("", "/visits.csv", "/nodes.csv", "/surveys.csv", ".xlsx"))
    for path in (*files, API + "/self-service", API + "/surveys"):
        assert (await clara.get(path)).status_code == 403


async def test_who_looked_names_the_client_himself(site: Site) -> None:
    party = site.centre.parties["client"]
    look = Look.by_himself(CallId("c1"), VerificationLevel.KNOWLEDGE, asked="balance")
    async with site.centre.db.unit_of_work() as session:
        await reveal(session, party, look)
    sofia = await site.browser("sofia")
    told = words((await sofia.get(f"/parties/{party}/looks")).text)
    assert "The client, by self-service" in told


async def test_from_the_call_over_its_card_and_survey_to_the_report(site: Site) -> None:
    """Nothing of the card written by hand: the engine decided, the journal was drained. The answer
    was kept before that and named nobody."""
    centre = site.centre
    anna = centre.id("anna")
    centre.house.start(anna)
    call = centre.ring()
    centre.wait(10)
    centre.answer()
    centre.wait(60)
    centre.hang_up(call)
    answer = Said(
        call=CallId(call),
        flow=FlowId("survey"),
        question="satisfaction",
        value=5,
        asked_at=centre.desks.now(),
    )
    await keep_all(centre.db, [], [answer])
    await centre.drain()
    sofia = await site.browser("sofia")
    page = words((await sofia.get(f"/cards/{call}")).text)
    assert "What the caller answered Satisfaction 5 of 5" in page
    (told,) = (await sofia.get(f"/api/v1/call-cards/{call}/survey")).json()
    assert (told["question"], told["value"]) == ("satisfaction", 5)
    for group, key in (("agent", anna), ("queue", "main")):
        (row,) = (await sofia.get(API + "/surveys", params={"group": group})).json()["rows"]
        assert (row["key"], row["values"]["csat"]) == (key, 1.0)
    stranger = await site.browser("clara")
    assert (await stranger.get(f"/api/v1/call-cards/{call}/survey")).status_code == 404
