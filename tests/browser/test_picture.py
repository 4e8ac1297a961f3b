"""The picture in the README is a real console during a real call.

`WRITE_PICTURES=1` writes it to docs/images; otherwise it only has to be possible.
"""

import os
from pathlib import Path

from playwright.async_api import expect

from tests.parts.browser import Caller, Seat

IMAGES = Path(__file__).parents[2] / "docs" / "images"
IVANOVA = "+79455550151"


async def test_picture_of_the_console(desks: Seat, client_calls: Caller, tmp_path: Path) -> None:
    wanted = os.environ.get("WRITE_PICTURES") == "1"
    folder = IMAGES if wanted else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    boris = await desks("boris")
    anna = await desks("anna", viewport={"width": 1366, "height": 768})
    await boris.set_state("break")
    await client_calls(IVANOVA)
    await anna.answer()
    await anna.fill_card(caller_name="Мария", topic="loan", essence="Asks what an early repayment")
    await anna.saved()
    await expect(anna.page.locator("#party")).to_contain_text("Active client")
    picture = folder / "console.png"
    await anna.page.screenshot(path=str(picture))
    assert picture.stat().st_size > 40_000
    await anna.press("hangup")
    await anna.finish(essence="Asked what an early repayment costs; explained, will decide.")
