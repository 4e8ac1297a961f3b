"""The explanation of a call: on its card and over the API, for whoever may see the card."""

from typing import Any

import httpx

from routing.ids import CallId
from tests.agent_ui.web.conftest import Site


async def explained(site: Site) -> CallId:
    """Boris takes a call of a client whose first manager, Anna, has a break."""
    centre = site.centre
    for name in ("anna", "boris"):
        centre.house.start(centre.id(name))
    centre.house.go_on_break(centre.id("anna"))
    call = centre.ring()
    centre.answer()
    await centre.drain()
    return call


async def test_the_card_tells_who_was_passed_over_and_why(site: Site) -> None:
    call = await explained(site)
    page = (await (await site.browser("sofia")).get(f"/cards/{call}")).text
    for text in (
        "Why the call went where it went",
        "The client&#39;s managers, in their order: Anna, Boris",
        "Manager number 2 of the client",
        "not ready",
    ):
        assert text in page


async def test_the_api_gives_codes_values_and_sentences(site: Site) -> None:
    call = await explained(site)
    told = await ask(await site.browser("sofia"), call)
    assert told["language"] == "en"
    assert told["steps"][0]["agents"] == [site.centre.id("anna"), site.centre.id("boris")]
    offer = told["offers"][0]
    assert (offer["name"], offer["basis"], offer["outcome"]) == (
        "Boris",
        "priority_manager",
        "answered",
    )
    assert offer["chosen"]["code"] == "explain.chosen.priority_manager.ranked"
    assert [one["said"]["text"] for one in offer["passed_over"]] == ["Anna (number 1): not ready"]


async def test_it_speaks_the_readers_language(site: Site) -> None:
    call = await explained(site)
    sofia = await site.browser("sofia")
    sofia.cookies.set("tellerline_language", "ru")
    told = await ask(sofia, call)
    assert told["offers"][0]["passed_over"][0]["said"]["text"] == "Anna (№ 1): не готов"


async def test_who_may_not_see_the_card_gets_no_explanation(site: Site) -> None:
    call = await explained(site)
    clara = await site.browser("clara")
    answer = await clara.get(f"/api/v1/call-cards/{call}/explanation")
    assert answer.status_code == 404


async def ask(browser: httpx.AsyncClient, call: CallId) -> Any:
    answer = await browser.get(f"/api/v1/call-cards/{call}/explanation")
    assert answer.status_code == 200, answer.text
    return answer.json()
