"""The card of one who came from his keypad: it names whom the PIN proved."""

from tests.agent_ui.live.test_keypad import rings_from_the_keypad
from tests.agent_ui.web.conftest import Site


async def test_the_card_names_whom_a_pin_proved_until_the_agent_chooses(site: Site) -> None:
    centre = site.centre
    centre.house.start(centre.id("anna"))
    call = rings_from_the_keypad(centre)
    centre.answer()
    await centre.drain()
    page = (await (await site.browser("sofia")).get(f"/cards/{call}")).text
    assert "Proved by PIN" in page and "Client not known" not in page
    assert f"/parties/{centre.parties['client']}?call={call}" in page
