"""Whether a flow's prompts can be heard, and making them heard, behind the pages' port.

A version is published only when each of its prompts is spoken or recorded; speaking some hundred
of them takes a while, so one text after another is made in a task of its own. Values and names are
spoken where they are needed, by `config.published_flows`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent_ui.web.flows.ports import PromptsState
from config.ivr_prompts import ivr_phrasebook
from config.ivr_sounds import flow_sounds
from config.pbx.binary import cache_folder
from config.prompts import read_prompts
from config.settings import SettingsInvalid
from config.sounds.keeping import kept, spoken_key
from config.sounds.making import recorded
from config.sounds.scripts import SoundsMissing
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused
from ivr.flows.reading import read_flow
from ivr.speech.own import recording_of, with_own
from ivr.speech.texts import TextRefused

MOST_WAITING = 20
"""Texts that wait to be spoken; another one is not taken in."""
_FAILED = "failed"
_REFUSED = (FlowRefused, TextRefused, SettingsInvalid, SoundsMissing, OSError)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """A text that is being made, or that could not be; `of` prompts were missing at first."""

    of: int = 0
    failed: str = ""


class FlowSounds:
    """Implements `agent_ui.web.flows.ports.FlowPrompts`. `run` lives as long as its owner's task
    group; `changed` wakes whoever leads callers."""

    def __init__(self, config_dir: Path, changed: Callable[[], None]) -> None:
        self._config_dir = config_dir
        self._changed = changed
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._work: dict[str, _Work] = {}

    async def state(self, text: str) -> PromptsState:
        """What is missing for the flow to be heard; nothing of a text that is unsound."""
        work = self._work.get(text)
        try:
            missing = await asyncio.to_thread(missing_prompts, text, self._config_dir)
        except _REFUSED:
            return PromptsState()
        if work is None:
            return PromptsState(missing=missing)
        work.of = max(work.of, len(missing))
        return PromptsState(
            missing=missing,
            making=not work.failed,
            done=work.of - len(missing),
            of=work.of,
            failed=work.failed,
        )

    def make(self, text: str) -> None:
        """Begin to make what is missing, unless it has begun."""
        held = self._work.get(text)
        if self._waiting.full() or (held is not None and not held.failed):
            return
        self._work[text] = _Work()
        self._waiting.put_nowait(text)

    def published(self) -> None:
        """Callers are to hear another version."""
        self._changed()

    async def run(self) -> None:
        """Make what was asked for until cancelled."""
        while True:
            text = await self._waiting.get()
            try:
                await asyncio.to_thread(_make, text, self._config_dir)
                del self._work[text]
            except _REFUSED as error:
                self._fail(text)
                _log.error("flows.not_spoken why=%s", error)
            except Exception:  # noqa: BLE001 - supervised: logged; the page says that it failed
                self._fail(text)
                _log.exception("flows.not_spoken")

    def _fail(self, text: str) -> None:
        """Only the last failure is remembered: texts are long."""
        for one in [one for one, work in self._work.items() if work.failed]:
            del self._work[one]
        self._work[text] = _Work(failed=_FAILED)


def missing_prompts(text: str, config_dir: Path) -> tuple[str, ...]:
    """The prompts of a flow that are neither spoken nor recorded yet, as language/prompt. Raises
    FlowRefused, TextRefused, SettingsInvalid."""
    return tuple(dict.fromkeys(_missing(text, config_dir)))


def _missing(text: str, config_dir: Path) -> Iterator[str]:
    flow = read_flow(text, Known())
    book = with_own(ivr_phrasebook(config_dir), flow.flow, flow.texts)
    voices = {script.language: script.voice for script in read_prompts(config_dir)}
    spoken = kept(cache_folder())
    for language in flow.languages:
        own, voice = recorded(config_dir / "prompts" / language), voices.get(language)
        for prompt, said in book.texts.get(language, {}).items():
            for clause in said.clauses:
                heard = recording_of(clause.file, flow.flow) in own or (
                    voice and spoken.of(spoken_key(voice, clause.spoken, cut=True))
                )
                if not heard:
                    yield f"{language}/{prompt}"


def _make(text: str, config_dir: Path) -> None:
    flow_sounds(
        read_flow(text, Known()),
        config_dir,
        progress=lambda line: _log.info("flows.sounds %s", line),
    )
