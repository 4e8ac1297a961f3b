"""A client's call for the demo and the tests: placed through Asterisk, watched to its end.

The customer is a Local channel: its one side enters by the callers' context like a call from the
trunk, the other speaks, presses keys and records what it hears. What became of the call is read
from Asterisk itself, not from our own routing, and what the customer heard from his recording.
"""

import asyncio
import contextlib
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from config.failures import Failed
from config.hearing import Heard, heard
from config.settings import NodeSettings
from crm_core.clock import SystemClock
from telephony.ami import Action, AmiClient, AmiEvent, AmiOptions, LinkUp

CUSTOMER = "Local/talk@tellerline-customer/n"
LINK_WAIT = 10.0
"""Seconds to wait for the link to Asterisk."""

LONGEST = 3600
"""Seconds after which a demo caller hangs up by himself."""

PAUSE = ","
HALF_A_SECOND = "w"
"""How a pause between keys is written, and what SendDTMF takes for it."""

WRITTEN_DOWN = 0.5
"""Seconds in which Asterisk has written the end of a recording."""

_VOICES = {"en": "en", "ru": "ru"}


class CallNotPlaced(Failed):
    """Asterisk is not there, or would not take the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """A demo call. `hangup_after` counts seconds from its beginning.

    A comma among the keys is a pause of so many seconds, for the next prompt.
    """

    number: str
    dialled: str = "4000"
    name: str = ""
    say: str = ""
    keys: str = ""
    pause: float = 3.0
    hangup_after: float | None = None
    language: str = "ru"


@dataclass(slots=True, kw_only=True)
class CallReport:
    """What became of it; times are seconds from its beginning, None where it did not happen."""

    call: str
    number: str
    dialled: str
    arrived_after: float | None = None
    rang: int = 0
    rang_after: float | None = None
    answered_after: float | None = None
    talked: float = 0.0
    ended_after: float | None = None
    recording: str = ""
    heard: tuple[Heard, ...] = ()
    """The private node's prompts in the recording; the seconds of these are the recording's."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


async def place_call(
    node: NodeSettings,
    plan: CallPlan,
    folder: Path,
    tell: Callable[[str], None] = lambda _line: None,
    *,
    sounds: Path | None = None,
) -> CallReport:
    """Place the call and follow it until it ends. Raises CallNotPlaced.

    `sounds` is the folder with the prompts that it may have heard, None if they are elsewhere.
    """
    client = AmiClient(
        AmiOptions(
            node=node.name,
            host=node.host,
            port=node.ami_port,
            username="tellerline",
            secret=node.ami_secret.get_secret_value(),
        ),
        clock=SystemClock().now,
    )
    worker = asyncio.create_task(client.run())
    try:
        report = await _Follow(client, node, plan, folder, tell).run()
    finally:
        await client.close()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
    if sounds is not None:
        await asyncio.sleep(WRITTEN_DOWN)
        report.heard = await asyncio.to_thread(heard, sounds, Path(report.recording))
    return report


class _Follow:
    """One call, from its Originate to its Hangup."""

    def __init__(
        self,
        client: AmiClient,
        node: NodeSettings,
        plan: CallPlan,
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        self._client = client
        self._plan = plan
        self._folder = folder
        self._tell = tell
        self._id = f"{node.name}-demo.{secrets.token_hex(6)}"
        self._began: datetime | None = None
        self._bridged: datetime | None = None
        self.report = CallReport(call=self._id, number=plan.number, dialled=plan.dialled)

    async def run(self) -> CallReport:
        events = self._client.events()
        try:
            async with asyncio.timeout(LINK_WAIT):
                async for item in events:
                    if isinstance(item, LinkUp):
                        break
        except TimeoutError as error:
            raise CallNotPlaced("Asterisk does not answer; is the product running?") from error
        response = await self._client.send(await self._originate())
        self._began = response.received_at
        self._tell("the call is placed")
        async for item in events:
            if isinstance(item, AmiEvent) and self._take(item):
                return self.report
        raise CallNotPlaced("the link to Asterisk ended before the call did")

    async def _originate(self) -> Action:
        plan = self._plan
        variables = {"TELLERLINE_RECORD": str(self._folder / self._id)}
        if plan.say:
            spoken = await asyncio.to_thread(_speech, plan.say, plan.language, self._folder)
            if spoken is not None:
                variables["TELLERLINE_SPEECH"] = str(spoken)
        if plan.keys:
            variables["TELLERLINE_KEYS"] = pressed(plan.keys, plan.pause)
        variables["TELLERLINE_PATIENCE"] = str(plan.hangup_after or LONGEST)
        self.report.recording = f"{variables['TELLERLINE_RECORD']}-in.wav"
        return Action(
            "Originate",
            (
                ("Channel", CUSTOMER),
                ("Context", "tellerline-in"),
                ("Exten", plan.dialled),
                ("Priority", "1"),
                ("CallerID", f'"{plan.name}" <{plan.number}>'),
                ("Timeout", "10000"),
                ("ChannelId", self._id),
                ("OtherChannelId", f"{self._id}.side"),
                *(("Variable", f"{name}={value}") for name, value in variables.items()),
            ),
            request_id=self._id,
        )

    def _take(self, event: AmiEvent) -> bool:
        """Note what the event says; tell whether the call is over."""
        fields = event.fields
        if event.name == "OriginateResponse" and event.request_id == self._id:
            if fields.get("Response") != "Success":
                raise CallNotPlaced("Asterisk would not take the call")
            return False
        if fields.get("Linkedid") != self._id:
            return False
        mine = fields.get("Uniqueid") == self._id
        if event.name == "UserEvent" and fields.get("UserEvent") == "TellerlineArrived":
            self.report.arrived_after = self._since(event)
        elif event.name == "DialBegin" and mine:
            self.report.rang += 1
            self.report.rang_after = self.report.rang_after or self._since(event)
            self._tell("an agent's phone rings")
        elif event.name == "BridgeEnter" and mine:
            self._bridged = event.timestamp or event.received_at
            self.report.answered_after = self.report.answered_after or self._since(event)
            self._tell("an agent talks to the caller")
        elif event.name == "BridgeLeave" and mine:
            self._part(event)
        elif event.name == "Hangup" and mine:
            self._part(event)
            self.report.ended_after = self._since(event)
            self._tell("the call is over")
            return True
        return False

    def _part(self, event: AmiEvent) -> None:
        if self._bridged is not None:
            at = event.timestamp or event.received_at
            self.report.talked = round(self.report.talked + (at - self._bridged).total_seconds(), 3)
            self._bridged = None

    def _since(self, event: AmiEvent) -> float:
        at = event.timestamp or event.received_at
        return round(max(0.0, (at - (self._began or at)).total_seconds()), 3)


def pressed(keys: str, pause: float) -> str:
    """Return keys as SendDTMF takes them; a pause is told in half seconds."""
    return keys.replace(PAUSE, HALF_A_SECOND * max(1, round(pause * 2)))


def _speech(text: str, language: str, folder: Path) -> Path | None:
    """Speak the text into a file Asterisk can play; None where no speech program is there."""
    espeak, sox = shutil.which("espeak-ng"), shutil.which("sox")
    if espeak is None or sox is None:
        return None
    target = folder / f"say-{secrets.token_hex(4)}"
    voice = _VOICES.get(language, "en")
    spoken = subprocess.run(
        [espeak, "-v", voice, "-s", "150", "--stdout", "--", text], check=True, capture_output=True
    )
    subprocess.run(
        [sox, "-t", "wav", "-", "-r", "8000", "-c", "1", "-b", "16", f"{target}.wav", "norm", "-3"],
        input=spoken.stdout,
        check=True,
        capture_output=True,
    )
    return target
