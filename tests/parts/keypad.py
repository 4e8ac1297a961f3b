"""A caller who serves himself: he presses keys, and his recording proves what he heard."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config import hearing
from config.flow_files import read_flow_file
from config.ivr_sounds import flow_sounds
from config.self_service import names_of
from crm_core.selfservice.looking_up import Answers
from ivr.flows.known import Known
from ivr.flows.nodes import Flow
from ivr.speech.phrasebook import Phrasebook
from ivr.speech.told import Told
from tests.parts.product import Product
from tests.telephony.callers import RecordedCaller


def pin_of(product: Product, client: str) -> str:
    """The PIN of a client of the demo bank, by his key."""
    kept = json.loads((product.state / "demo-pins.json").read_text(encoding="utf-8"))
    return str(kept[client])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A flow as the product's callers hear it."""

    flow: Flow
    book: Phrasebook
    sounds: Path


async def line_of(product: Product, flow: str, answers: Answers) -> Line:
    """The flow of the product's configuration, with all that it can say."""
    folder = product.state / "config"
    read = read_flow_file(folder / "ivr" / f"{flow}.yaml", Known())
    names = await names_of(answers)
    spoken = await asyncio.to_thread(flow_sounds, read, folder, names=names, progress=print)
    return Line(flow=read, book=spoken.book, sounds=product.pbx.layout.data / "sounds")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtKeypad:
    """A recorded caller in a flow."""

    line: Line
    caller: RecordedCaller
    language: str

    @property
    def recording(self) -> Path:
        return self.caller.folder / f"{self.caller.call}-in.wav"

    async def hears(self, *said: str | Told, timeout: float = 40) -> None:
        """Wait until he has heard these, one after the other."""
        told = [Told(prompt=one) if isinstance(one, str) else one for one in said]
        wanted = self._files(told)
        count = 0
        try:
            async with asyncio.timeout(timeout):
                while (count := hearing.in_order(wanted, self.recording)) < len(wanted):
                    await asyncio.sleep(0.5)
        except TimeoutError:
            heard = [one.stem for one in wanted[:count]]
            raise AssertionError(f"after {heard} he does not hear {wanted[count].stem}") from None

    async def hears_one_of(self, *prompts: str, timeout: float = 40) -> str:
        """Wait until he has heard one of these; which."""
        async with asyncio.timeout(timeout):
            while True:
                for prompt in prompts:
                    wanted = self._files([Told(prompt=prompt)])
                    if hearing.in_order(wanted, self.recording) == len(wanted):
                        return prompt
                await asyncio.sleep(0.5)

    async def press(self, keys: str) -> None:
        """Press keys, one by one."""
        for key in keys:
            await self.caller.press(key)
            await asyncio.sleep(0.25)

    def _files(self, said: Sequence[Told]) -> list[Path]:
        names = self.line.book.sounds(said, self.language)
        return [self.line.sounds / f"{name}.wav" for name in names]
