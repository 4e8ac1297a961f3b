"""A desk phone is an equal choice: the same screen, the same control, another receiver."""

from playwright.async_api import expect

from tests.browser.clients import ANNAS_CLIENT
from tests.parts.browser import Caller, Seat
from tests.parts.product import Product
from tests.parts.softphone import Softphone


async def test_a_call_on_a_desk_phone(desks: Seat, client_calls: Caller, product: Product) -> None:
    account = await product.desk_account("anna")
    host, _, port = account.server.partition(":")
    async with Softphone((host, int(port)), account.user, account.password) as phone:
        await phone.register()
        anna = await desks("anna", start=False)
        await anna.page.check("[name=phone-kind][value=desk]")
        await anna.page.click("#start-shift")
        await anna.phone_seen("ready")
        await client_calls(ANNAS_CLIENT)
        await anna.call("ringing")
        await expect(anna.page.get_by_text("Pick up the desk phone")).to_be_visible()
        await expect(anna.page.locator("[data-do=answer]")).to_be_hidden()
        (await phone.rings()).answer()
        await anna.call("talking")
        await anna.press("hold")
        await anna.call("held")
        await anna.press("resume")
        await anna.call("talking")
        await anna.press("hangup")
        await anna.finish()
