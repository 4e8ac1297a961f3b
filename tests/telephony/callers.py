"""Customers whose hearing is recorded and whose keys a test presses: Local channels."""

import asyncio
import itertools
from dataclasses import dataclass
from pathlib import Path

from config import hearing
from config.pbx.options import PbxOptions
from routing.facts import CallArrived
from routing.ids import CallId
from tests.parts.raw_ami import RawAmi
from tests.telephony.running import Desks, RunningNode

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class RecordedCaller:
    """One who calls in by a Local channel; `folder` takes his recording."""

    ami: RawAmi
    call: CallId
    folder: Path
    sounds: Path

    async def press(self, key: str) -> None:
        """Press a key."""
        shown = await self.ami.list("CoreShowChannels")
        channel = next(c["Channel"] for c in shown if c["Uniqueid"] == f"{self.call};2")
        reply = await self.ami.action("PlayDTMF", Channel=channel, Digit=key, Duration="100")
        assert reply["Response"] == "Success", dict(reply)

    def heard(self, name: str) -> float | None:
        """The second in which he heard a prompt, by its name below sounds/tellerline."""
        recording = self.folder / f"{self.call}-in.wav"
        return hearing.where(self.sounds / f"{name}.wav", recording)

    async def hears(self, name: str) -> float:
        """Wait until he has heard a prompt."""
        async with asyncio.timeout(20):
            while (at := self.heard(name)) is None:
                await asyncio.sleep(0.1)
        return at

    async def hang_up(self) -> None:
        """Hang up; his recording is complete then."""
        await self.ami.action("Hangup", Channel=f"{self.call};2", Cause="16")


async def call_in(
    ami: RawAmi,
    options: PbxOptions,
    folder: Path,
    *,
    number: str = "+74950000009",
    dialled: str = "4000",
) -> RecordedCaller:
    """A customer calls from this number."""
    call = CallId(f"pbx1-9.{next(_NUMBERS)}")
    originated = await ami.action(
        "Originate",
        Variable=f"TELLERLINE_RECORD={folder / call}",
        Channel="Local/talk@tellerline-customer/n",
        Context="tellerline-in",
        Exten=dialled,
        Priority="1",
        CallerID=f'"Ivan" <{number}>',
        ChannelId=call,
        Async="true",
    )
    assert originated["Response"] == "Success", dict(originated)
    sounds = options.layout.data / "sounds" / "tellerline"
    return RecordedCaller(ami=ami, call=call, folder=folder, sounds=sounds)


async def recorded_caller(desks: Desks, running: RunningNode, folder: Path) -> RecordedCaller:
    """A customer calls, and the node has told of him."""
    caller = await call_in(desks.ami, desks.options, folder)
    desks.stack.push_async_callback(caller.hang_up)
    await running.until(CallArrived, call=caller.call)
    return caller
