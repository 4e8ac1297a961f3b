"""Who was beside a call: on its card and over the API, for whoever may see the card."""

from typing import Any

from routing.facts import MonitorEnded, MonitorStarted
from routing.ids import CallId, LegId
from routing.terms import MonitorMode
from tests.agent_ui.web.conftest import Site


async def supervised(site: Site) -> CallId:
    """Sofia whispers in a call of Anna's for half a minute; later she is rung in vain."""
    centre = site.centre
    centre.house.start(centre.id("anna"))
    call = centre.ring()
    centre.answer()
    beside: dict[str, Any] = {"by": centre.id("sofia"), "call": call, "leg": LegId(f"{call}-m1")}
    centre.house.tell(MonitorStarted, **beside, mode=MonitorMode.WHISPER)
    centre.wait(30)
    centre.house.tell(MonitorEnded, **beside)
    centre.hang_up(call)
    await centre.drain()
    return call


async def test_the_card_and_the_api_tell_it(site: Site) -> None:
    call = await supervised(site)
    for name in ("anna", "sofia"):
        browser = await site.browser(name)
        page = (await browser.get(f"/cards/{call}")).text
        assert "Supervisors beside the call" in page
        assert "spoke to the agent" in page
        (told,) = (await browser.get(f"/api/v1/call-cards/{call}/supervisors")).json()
        assert (told["supervisor"], told["name"]) == (site.centre.id("sofia"), "Sofia")
        assert told["mode"] == "whisper"
        assert told["since"] < told["ended_at"]


async def test_a_call_alone_has_nothing_to_tell(site: Site) -> None:
    centre = site.centre
    centre.house.start(centre.id("anna"))
    call = centre.ring()
    centre.answer()
    await centre.drain()
    browser = await site.browser("anna")
    assert "beside-title" not in (await browser.get(f"/cards/{call}")).text
    assert (await browser.get(f"/api/v1/call-cards/{call}/supervisors")).json() == []


async def test_who_may_not_see_the_card_is_not_told(site: Site) -> None:
    call = await supervised(site)
    clara = await site.browser("clara")
    assert (await clara.get(f"/api/v1/call-cards/{call}/supervisors")).status_code == 404
