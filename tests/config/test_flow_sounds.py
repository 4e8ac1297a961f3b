"""What callers could not hear is named, made, and then is not missing any more."""

import asyncio
from pathlib import Path

import pytest

from agent_ui.web.flows.ports import PromptsState
from config.flow_sounds import FlowSounds, missing_prompts
from config.pbx.binary import cache_folder
from config.sounds.keeping import kept
from ivr.flows.mistakes import FlowRefused

CONFIG = Path(__file__).parents[2] / "config"
FLOW = """\
flow: tiny
languages: [en]
start: bye
person: bye
nodes:
  bye: {hang_up: [news, goodbye]}
prompts:
  news: {en: "Of the weather in {place} nothing is known."}
"""
SOUND = FLOW.replace("{place}", "Nowhere by the Sea")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own that knows what the shared one does, for all words take long to speak."""
    known = kept(cache_folder())
    (tmp_path / "sounds").mkdir()
    for path in (one for files in known.found.values() for one in files):
        (tmp_path / "sounds" / path.name).symlink_to(path)
    monkeypatch.setenv("TELLERLINE_CACHE", str(tmp_path))


async def state_when(sounds: FlowSounds, made: bool) -> PromptsState:
    async with asyncio.timeout(60):
        while (found := await sounds.state(SOUND)).making is made:
            await asyncio.sleep(0)
    return found


async def test_what_is_missing_is_made_and_then_is_there() -> None:
    told: list[bool] = []
    sounds = FlowSounds(CONFIG, lambda: told.append(True))
    before = await sounds.state(SOUND)
    assert "en/news" in before.missing and not before.making
    making = asyncio.create_task(sounds.run())
    sounds.make(SOUND)
    sounds.make(SOUND)
    assert (await sounds.state(SOUND)).making
    assert await state_when(sounds, made=True) == PromptsState()
    making.cancel()
    sounds.published()
    assert told == [True]


async def test_an_unsound_text_lacks_nothing_but_cannot_be_made() -> None:
    assert await FlowSounds(CONFIG, lambda: None).state("flow: x") == PromptsState()
    with pytest.raises(FlowRefused):
        missing_prompts(FLOW, CONFIG)
