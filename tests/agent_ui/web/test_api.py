"""Call cards and parties over the API: what each employee sees, pages, filters, bad input."""

import base64
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.cards import complete
from crm_core.models import AuditEvent
from crm_core.parties.records import PartyFacts, PersonName, add_person
from routing.facts import TransferAsked
from routing.ids import CallId
from tests.agent_ui.web.conftest import Site

FILLED = {
    "caller_name": "Анна",
    "topic": "card",
    "essence": "Asked when the card is ready",
    "disposition": "resolved",
}


async def day(site: Site) -> dict[str, CallId]:
    """Anna takes a call of her client, Clara one of a stranger, and one is abandoned."""
    centre = site.centre
    for name in ("anna", "clara"):
        start_shift(site, name)
    calls = {"client": centre.ring("pbx1-1.1")}
    centre.answer()
    centre.wait(60)
    calls["stranger"] = centre.ring("pbx1-2.2", number="+79031234567")
    centre.answer()
    centre.wait(60)
    calls["abandoned"] = centre.ring("pbx1-3.3", number=None)
    centre.wait(5)
    centre.abandon(calls["abandoned"])
    centre.hang_up(calls["client"])
    centre.hang_up(calls["stranger"])
    await centre.drain()
    async with centre.db.unit_of_work() as session:
        anna = centre.id("anna")
        await complete(session, calls["client"], anna, FILLED, catalogue=centre.catalogue)
    return calls


def start_shift(site: Site, name: str) -> None:
    centre = site.centre
    centre.house.start(centre.id(name))


async def listed(browser: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await browser.get("/api/v1/call-cards", params=query)
    assert answer.status_code == 200, answer.text
    return [one["call"] for one in answer.json()["items"]]


async def test_a_supervisor_sees_all_cards(site: Site) -> None:
    calls = await day(site)
    browser = await site.browser("sofia")
    newest_first = [calls["abandoned"], calls["stranger"], calls["client"]]
    assert await listed(browser) == newest_first
    for call in newest_first:
        assert (await browser.get(f"/api/v1/call-cards/{call}")).status_code == 200


async def test_an_agent_sees_his_own_cards(site: Site) -> None:
    calls = await day(site)
    browser = await site.browser("clara")
    assert await listed(browser) == [calls["stranger"]]
    assert (await browser.get(f"/api/v1/call-cards/{calls['stranger']}")).status_code == 200
    for other in ("client", "abandoned"):
        answer = await browser.get(f"/api/v1/call-cards/{calls[other]}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    anna = site.centre.id("anna")
    assert (await browser.get("/api/v1/call-cards", params={"agent": anna})).status_code == 403


async def test_a_manager_sees_the_cards_of_his_client(site: Site) -> None:
    calls = await day(site)
    boris = await site.browser("boris")
    assert await listed(boris) == []
    client = site.centre.parties["client"]
    assert await listed(boris, party=client) == [calls["client"]]
    assert (await boris.get(f"/api/v1/call-cards/{calls['client']}")).status_code == 200
    clara = await site.browser("clara")
    assert await listed(clara, party=client) == []


async def test_who_took_a_call_over_sees_its_card(site: Site) -> None:
    centre = site.centre
    for name in ("anna", "clara"):
        start_shift(site, name)
    call = centre.ring()
    centre.answer()
    centre.house.tell(
        TransferAsked, call=call, agent=centre.id("anna"), to_agent=centre.id("clara")
    )
    centre.answer()
    await centre.drain()
    for name in ("anna", "clara"):
        browser = await site.browser(name)
        assert (await browser.get(f"/api/v1/call-cards/{call}")).status_code == 200


async def test_a_card_tells_what_happened(site: Site) -> None:
    calls = await day(site)
    browser = await site.browser("anna")
    card = (await browser.get(f"/api/v1/call-cards/{calls['client']}")).json()
    assert card["number_display"] == "+7 916 123-45-67"
    assert (card["topic"], card["topic_name"]) == ("card", "Card")
    assert card["disposition_name"] == "Question answered"
    assert card["agent_name"] == "Anna"
    assert card["offers"][0]["basis"] == "priority_manager"
    assert card["caller_name"] == "Анна"
    assert card["arrived_at"].endswith("Z")
    await browser.post("/language", data={"language": "ru"})
    card = (await browser.get(f"/api/v1/call-cards/{calls['client']}")).json()
    assert card["topic_name"] == "Карта"


async def test_filters(site: Site) -> None:
    calls = await day(site)
    browser = await site.browser("sofia")
    clara = site.centre.id("clara")
    assert await listed(browser, agent=clara) == [calls["stranger"]]
    assert await listed(browser, state="abandoned") == [calls["abandoned"]]
    assert await listed(browser, party=site.centre.parties["client"]) == [calls["client"]]
    assert len(await listed(browser, agent="", party="", state="", to="", cursor="")) == 3
    today = "2026-03-02"
    assert len(await listed(browser, **{"from": today, "to": today})) == 3
    assert await listed(browser, **{"from": "2026-03-03"}) == []
    assert await listed(browser, to="2026-03-01") == []
    assert len(await listed(browser, **{"from": "2026-03-02T12:00"})) == 3  # Moscow's noon
    assert await listed(browser, **{"from": "2026-03-02T12:10"}) == []
    assert await listed(browser, **{"from": "2026-03-02T12:00:00Z"}) == []


async def test_pages_follow_each_other(site: Site) -> None:
    start_shift(site, "clara")
    calls = []
    for number in range(7):
        calls.append(site.centre.ring(f"pbx1-{number}.1", number=None))
        site.centre.wait(1)
        site.centre.abandon(calls[-1])
    await site.centre.drain()
    browser = await site.browser("sofia")
    seen: list[str] = []
    cursor = ""
    while True:
        query = {"limit": "3", "cursor": cursor}
        page = (await browser.get("/api/v1/call-cards", params=query)).json()
        seen += [one["call"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    assert seen == calls[::-1]


async def test_search_finds_by_name_and_number_and_masks(site: Site) -> None:
    browser = await site.browser("clara")
    for q in ("иванова", "Анна ив", "9161234567", "4567"):
        answer = await browser.get("/api/v1/parties/search", params={"q": q})
        assert [one["name"] for one in answer.json()["items"]] == ["Иванова Анна"], q
        assert "123" not in answer.json()["items"][0]["phones"][0]
    answer = await browser.get("/api/v1/parties/search", params={"q": "zzz"})
    assert answer.json() == {"items": [], "next_cursor": None}


async def test_search_tells_why_and_reads_any_format_and_spelling(site: Site) -> None:
    browser = await site.browser("clara")
    for q, why, detail in (
        ("8 (916) 123-45-67", "phone", "+7 •••••• 4567"),
        ("ivanova", "name", ""),
        ("Ивонова", "spelling", ""),
    ):
        answer = await browser.get("/api/v1/parties/search", params={"q": q})
        (one,) = answer.json()["items"]
        assert (one["why"], one["detail"]) == (why, detail), q
        assert set(one) == {"party", "name", "kind", "status", "tier", "phones", "why", "detail"}


async def test_search_has_pages_and_takes_any_text(site: Site) -> None:
    browser = await site.browser("clara")
    async with site.centre.db.unit_of_work() as session:
        for number in range(3):
            name = PersonName(family="Zed", given=str(number))
            await add_person(session, name, PartyFacts(), by="test")
    seen, query = [], {"q": "zed", "limit": "2"}
    for size in (2, 1):
        page = (await browser.get("/api/v1/parties/search", params=query)).json()
        assert len(page["items"]) == size
        seen += [one["name"] for one in page["items"]]
        query["cursor"] = page["next_cursor"]
    assert (seen, query["cursor"]) == (["Zed 0", "Zed 1", "Zed 2"], None)
    for q in ("x" * 10_240, "%_", 'ива" OR *', "\0"):
        answer = await browser.get("/api/v1/parties/search", params={"q": q})
        assert (answer.status_code, answer.json()["items"]) == (200, []), q
    answer = await browser.get("/api/v1/parties/search", params={"q": "zed", "cursor": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


async def test_a_partys_page_is_audited_and_masks_for_strangers(site: Site) -> None:
    await day(site)
    client = site.centre.parties["client"]
    own = (await (await site.browser("boris")).get(f"/parties/{client}?call=pbx1-1.1")).text
    other = (await (await site.browser("clara")).get(f"/parties/{client}")).text
    assert "+7 916 123-45-67" in own
    assert "123-45" not in other
    assert "Asked when the card is ready" in own
    assert "Asked when the card is ready" not in other
    async with site.centre.db.reading() as session:
        views = select(AuditEvent).where(AuditEvent.action == "party_viewed")
        events = list(await session.scalars(views))
    assert {(one.actor, one.reason) for one in events} == {
        (site.centre.id("boris"), "call:pbx1-1.1"),
        (site.centre.id("clara"), "page"),
    }


async def test_pages_of_cards(site: Site) -> None:
    calls = await day(site)
    browser = await site.browser("sofia")
    page = (await browser.get("/cards")).text
    assert all(call in page for call in calls.values())
    filtered = await browser.get("/cards?state=abandoned", headers={"HX-Request": "true"})
    assert calls["abandoned"] in filtered.text
    assert calls["client"] not in filtered.text
    assert "Анна" in (await browser.get(f"/cards/{calls['client']}")).text
    assert (await browser.get("/cards/none")).status_code == 404
    assert (await browser.get("/parties/none")).status_code == 404
    assert (await (await site.browser("clara")).get(f"/cards/{calls['client']}")).status_code == 404


# ── Bad input: never a defect, whatever is asked ────────────────────────────────────────────


def cursors() -> st.SearchStrategy[str]:
    """What looks like a cursor of ours."""
    places: st.SearchStrategy[Any] = st.lists(
        st.one_of(
            st.datetimes().map(lambda at: at.isoformat() + "+14:00"),
            st.datetimes().map(lambda at: at.isoformat() + "-14:00"),
            st.text(max_size=5),
            st.integers(),
            st.none(),
            st.just("\ud800"),
        ),
        max_size=3,
    )
    texts = places.map(json.dumps)
    return texts.map(lambda text: base64.urlsafe_b64encode(text.encode()).decode())


WORDS = st.one_of(st.text(max_size=40), st.sampled_from(["*", "%_", '" OR *', "\0", "0", "-1"]))
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "agent": WORDS,
        "party": WORDS,
        "state": st.one_of(WORDS, st.just("closed")),
        "from": st.one_of(WORDS, st.datetimes().map(str), st.dates().map(str)),
        "to": st.one_of(WORDS, st.just("9999-12-31"), st.just("0001-01-01T00:00:00+14:00")),
        "cursor": st.one_of(WORDS, cursors()),
        "limit": st.one_of(WORDS, st.integers().map(str)),
        "q": WORDS,
    },
)
PATHS = ["/api/v1/call-cards", "/api/v1/parties/search", "/cards"]


async def test_no_question_is_a_defect(site: Site) -> None:
    await day(site)
    browser = await site.browser("sofia", Accept="application/json")
    answers: list[tuple[str, int]] = []
    questions: list[tuple[str, dict[str, str]]] = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(PATHS), query=QUERIES)
    def collect(path: str, query: dict[str, str]) -> None:
        questions.append((path, query))

    collect()
    for path, query in questions:
        answer = await browser.get(path, params=query)
        answers.append((f"{path} {query}", answer.status_code))
    assert [one for one in answers if one[1] not in (200, 403, 422)] == []


@pytest.mark.parametrize(
    "place",
    [
        ["0001-01-01T00:00:00+14:00", "x"],
        ["9999-12-31T23:59:59-14:00", "x"],
        ["2026-03-02T09:00:00+00:00", "\ud800"],
        ["2026-03-02T09:00:00+00:00", "a\0b"],
        ["2026-03-02T09:00:00", "x"],
        [1, 2],
        {"a": 1},
    ],
)
async def test_no_forged_cursor_is_a_defect(site: Site, place: object) -> None:
    browser = await site.browser("sofia", Accept="application/json")
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    answer = await browser.get("/api/v1/call-cards", params={"cursor": cursor})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("place", ["/api/v1/call-cards/", "/cards/", "/parties/"])
async def test_no_id_is_a_defect(site: Site, place: str) -> None:
    browser = await site.browser("sofia", Accept="application/json")
    for name in ("\0", "a\0b", "я", "%", "a/b", "' OR 1=1 --", "x" * 5000, "\u202e", "😀"):
        answer = await browser.get(place + quote(name, safe=""))
        assert answer.status_code in (404, 422), name
