"""Callers and desk phones of another make than ours: sipp."""

import asyncio
from pathlib import Path

import pytest

from config.pbx.addresses import free_ports
from tests.parts.asterisk import provision_desk_phone
from tests.parts.sipp import Caller, DeskPhone, calling, desk_phone
from tests.scenarios.pbx.conftest import Scene

pytestmark = [pytest.mark.asterisk, pytest.mark.usefixtures("living")]
ENDPOINT = "d0000000000ee"


async def played(
    scene: Scene, phone: DeskPhone, folder: Path, *, talk: float, seconds: int = 20
) -> tuple[int, str]:
    """One sipp caller is offered to one sipp phone: the caller's exit code, the offer's end."""
    port = free_ports().sip
    contact = f"sip:{scene.pbx.options.bind}:{port}"
    await provision_desk_phone(scene.provisioning, ENDPOINT, "x", contact=contact)
    options, mark = scene.pbx.options, len(scene.ami.messages)
    with (
        desk_phone(options, phone, folder, port=port),
        calling(options, Caller("+74950000009", "+74951111111", talk=talk), folder) as caller,
    ):
        arrived = await scene.event("TellerlineArrived", since=mark)
        exten = f"{ENDPOINT}_0f01_{seconds}_ring"
        await scene.redirect(arrived["Uniqueid"], "tellerline-offer", exten)
        end = await scene.ami.event("DialEnd", since=mark)
        return await asyncio.to_thread(caller.wait), end["DialStatus"]


async def test_phone_answers_and_hangs_up(scene: Scene, tmp_path: Path) -> None:
    phone = DeskPhone(answer_after=0.2, talk=1)
    assert await played(scene, phone, tmp_path, talk=20) == (0, "ANSWER")


async def test_phone_answers_and_the_caller_hangs_up(scene: Scene, tmp_path: Path) -> None:
    phone = DeskPhone(answer_after=0.2)
    assert await played(scene, phone, tmp_path, talk=1) == (0, "ANSWER")


async def test_phone_rejects(scene: Scene, tmp_path: Path) -> None:
    phone = DeskPhone(reject="486 Busy Here")
    assert await played(scene, phone, tmp_path, talk=1) == (0, "BUSY")


async def test_phone_does_not_answer(scene: Scene, tmp_path: Path) -> None:
    assert await played(scene, DeskPhone(), tmp_path, talk=2, seconds=1) == (0, "NOANSWER")
