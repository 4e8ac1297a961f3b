"""What strangers and our own AMI users may not do, on the real Asterisk."""

import asyncio
import socket
from contextlib import closing

import pytest

from config.pbx.process import RunningPbx
from tests.parts.raw_ami import RawAmi
from tests.parts.sip_message import sdp
from tests.scenarios.pbx.conftest import Scene

pytestmark = [pytest.mark.asterisk, pytest.mark.usefixtures("living")]

FORGED = "%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aUniqueid%3a%20666"
TRYING = b"SIP/2.0 100"
GOOD = "From: <sip:+7495@127.0.0.1>;tag=1"


async def answer_to(pbx: RunningPbx, dialled: str, sender: str, *, more: str = "") -> str:
    """Send one INVITE with this From header line; the first final reply's status, or "" if it was
    dropped without one."""
    options = pbx.options
    server = (options.bind, options.ports.sip)
    loop = asyncio.get_running_loop()
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender_socket:
        sender_socket.bind((options.bind, 0))
        sender_socket.setblocking(False)
        port = sender_socket.getsockname()[1]
        body = sdp(options.bind, 40000)
        lines = [f"INVITE sip:{dialled}@{options.bind}:{options.ports.sip} SIP/2.0"]
        lines += [f"Via: SIP/2.0/UDP {options.bind}:{port};rport;branch=z9hG4bK{port}", sender]
        lines += [f"To: <sip:{dialled}@{options.bind}>", f"Call-ID: {port}", "CSeq: 1 INVITE"]
        lines += ["Max-Forwards: 70", f"Contact: <sip:x@{options.bind}:{port}>", *more.splitlines()]
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}", "", body]
        await loop.sock_sendto(sender_socket, "\r\n".join(lines).encode(), server)
        try:
            async with asyncio.timeout(2):
                while (reply := await loop.sock_recv(sender_socket, 4096)).startswith(TRYING):
                    pass
        except TimeoutError:
            return ""
        return reply.decode().split()[1]


@pytest.mark.parametrize(
    ("dialled", "sender", "more"),
    [
        ("+7495", f"From: <sip:+7{FORGED}@127.0.0.1>;tag=1", ""),
        ("+7495", f"f: <sip:+7{FORGED}@127.0.0.1>;tag=1", ""),
        ("+7495", f"From: <tel:+7{FORGED}>;tag=1", ""),
        ("+7495", GOOD, f"P-Asserted-Identity: <sip:+7{FORGED}@127.0.0.1>"),
        ("+7495", GOOD, f"Remote-Party-ID: <sip:+7{FORGED}@127.0.0.1>"),
        (f"+7{FORGED}", GOOD, ""),
        ("+7495%0d%0a", GOOD, ""),
        ("tellerline-offer", GOOD, ""),
        ("s", GOOD, ""),
        ("0" * 21, GOOD, ""),
    ],
)
async def test_forged_or_odd_callers_get_no_channel(
    scene: Scene, dialled: str, sender: str, more: str
) -> None:
    mark = len(scene.ami.received)
    assert await answer_to(scene.pbx, dialled, sender, more=more) in ("404", "400", "")
    await scene.ami.action("Ping")
    assert b"Event: Newchannel" not in scene.ami.received[mark:]
    assert b"Uniqueid: 666" not in scene.ami.received[mark:]


async def test_the_same_invite_without_the_forgery_is_let_in(scene: Scene) -> None:
    assert await answer_to(scene.pbx, "+7495", GOOD) == "200"


async def test_odd_signs_in_a_number_do_not_reach_us(scene: Scene) -> None:
    sender = "From: <sip:8(495)123-45-67;ext=1@127.0.0.1>;tag=1"
    assert await answer_to(scene.pbx, "+7495", sender) == "200"
    arrived = await scene.event("TellerlineArrived")
    assert arrived["CallerIDNum"] == "84951234567"


async def test_a_stranger_cannot_speak_as_an_agents_phone(scene: Scene) -> None:
    phone = await scene.agent()
    sender = f"From: <sip:{phone.user}@127.0.0.1>;tag=1"
    assert await answer_to(scene.pbx, "+7495", sender) == "401"


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "core show channels"}),
        ("DBPut", {"Family": "ps_aor/aor", "Key": "x", "Val": "{}"}),
        ("GetConfig", {"Filename": "manager.conf"}),
        ("UpdateConfig", {"SrcFilename": "a", "DstFilename": "a"}),
        ("ModuleLoad", {"LoadType": "load", "Module": "app_system.so"}),
        ("Originate", {"Channel": "Local/talk@tellerline-customer", "Application": "MixMonitor"}),
        ("Originate", {"Channel": "Local/talk@tellerline-customer", "Application": "AGI"}),
    ],
)
async def test_the_application_may_not_run_or_write(
    ami: RawAmi, action: str, headers: dict[str, str]
) -> None:
    assert (await ami.action(action, **headers))["Response"] == "Error"


@pytest.mark.parametrize("action", ["Redirect", "Originate", "Bridge", "Setvar", "Command"])
async def test_provisioning_may_not_direct_calls(provisioning: RawAmi, action: str) -> None:
    reply = await provisioning.action(action, Channel="x", Command="core show uptime")
    assert (reply["Response"], reply["Message"]) == ("Error", "Permission denied")
