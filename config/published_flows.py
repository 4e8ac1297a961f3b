"""The flows that callers are served by: published by two persons, and heard to their last prompt.

A version takes over when all of its sounds stand; until then, and if it cannot be read or spoken,
the one before it goes on. A bank's first flows are the files of `config/ivr`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.flow_files import FOLDER, flow_files, read_flow_file
from config.freshness import keep_fresh
from config.ivr_sounds import lay_flow_sounds
from config.settings import SettingsInvalid
from config.sounds.scripts import SoundsMissing
from crm_core.database import Database
from crm_core.four_eyes.kept import Kept
from crm_core.rules.versions import agents_known
from crm_core.selfservice import flow_versions
from ivr.flows.agents import with_agents
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused
from ivr.flows.nodes import Flow
from ivr.flows.reading import read_flow
from ivr.speech.phrasebook import Phrasebook
from ivr.speech.told import Name
from routing.ids import AgentId, FlowId

Names = Callable[[], Awaitable[Sequence[Name]]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A flow, and the book that it is told from."""

    flow: Flow
    book: Phrasebook


def first_flows(config_dir: Path) -> dict[FlowId, str]:
    """The texts of the files, by flow. Raises SettingsInvalid."""
    paths = flow_files(str(config_dir / FOLDER), config_dir)
    return {read_flow_file(path, Known()).flow: path.read_text(encoding="utf-8") for path in paths}


class PublishedFlows:
    """Keeps the flows in force. `sounds` is the private node's folder of them, None where a PBX
    elsewhere gets its files by hand; `names` are those of products and branches."""

    def __init__(
        self, db: Database, config_dir: Path, *, sounds: Path | None, names: Names
    ) -> None:
        self._db = db
        self._config_dir = config_dir
        self._sounds = sounds
        self._names = names
        self._changed = asyncio.Event()
        self._heard: dict[FlowId, Heard] = {}
        self._numbers: dict[FlowId, int] = {}
        self._told: Sequence[Name] = ()

    def of(self, flow: FlowId) -> Heard | None:
        """The flow as callers hear it now."""
        return self._heard.get(flow)

    def changed(self) -> None:
        """Look as soon as may be."""
        self._changed.set()

    async def run(self) -> None:
        """Keep the flows until cancelled."""
        await keep_fresh("flows", self._changed, self.reload)

    async def reload(self) -> None:
        """Take in what is published, and names that are new. Raises StorageAway."""
        async with self._db.reading() as session:
            numbers = await flow_versions.numbers_published(session)
        names = await self._names()
        if numbers == self._numbers and names == self._told:
            return
        async with self._db.reading() as session:
            published = await flow_versions.published(session)
            agents = await agents_known(session)
        taken = [await self._take(flow, kept, names, agents) for flow, kept in published.items()]
        for gone in self._heard.keys() - published.keys():
            del self._heard[gone]
        if all(taken):
            self._numbers, self._told = numbers, names

    async def _take(
        self, flow: FlowId, kept: Kept, names: Sequence[Name], agents: Mapping[str, AgentId]
    ) -> bool:
        """Let a version hold if it can be heard; whether it does. What it names may be gone since
        it was published: routing passes over it."""
        try:
            read = read_flow(kept.body, Known(), version=str(kept.version))
            read = with_agents(read, agents)
            book = await asyncio.to_thread(
                lay_flow_sounds,
                read,
                self._config_dir,
                self._sounds,
                names=names,
                progress=lambda line: _log.info("flows.sounds %s", line),
            )
        except (FlowRefused, SoundsMissing, SettingsInvalid) as error:
            why = type(error).__name__
            _log.error("flows.not_heard flow=%s version=%s why=%s", flow, kept.version, why)
            return False
        self._heard[flow] = Heard(flow=read, book=book)
        return True
