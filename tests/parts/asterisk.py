"""The real Asterisk for tests: one private node per session, on ports the system gives.

A test that asks for the `asterisk` fixture gets the marker of the same name by itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from config.audio import lay_audio
from config.pbx import process
from config.pbx.addresses import free_ports, host_address
from config.pbx.binary import AsteriskBinary, cache_folder, find_or_install
from config.pbx.layout import private_layout
from config.pbx.options import PbxOptions
from config.pbx.process import RunningPbx
from config.pbx.secret_file import load_or_make_secrets
from config.settings import PACKAGE
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import Softphone

DESK_PHONE = {
    "transport": "udp",
    "context": "tellerline-phone",
    "disallow": "all",
    "allow": "alaw,ulaw",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "rtp_timeout": "10",
    "rtp_timeout_hold": "300",
    "media_address": "127.0.0.1",
    "bind_rtp_to_media_address": "yes",
    "allow_transfer": "no",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "asterisk" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asterisk)


def new_node(base: Path, binary: AsteriskBinary, *, node: str = "pbx1") -> PbxOptions:
    """Options of a fresh node under `base` (keep it short: it holds a control socket)."""
    return PbxOptions(
        node=node,
        layout=private_layout(base, modules=binary.modules),
        ports=free_ports(),
        secrets=load_or_make_secrets(base),
        modules=binary.loadable(),
        host_address=host_address(),
    )


@pytest.fixture(scope="session")
def asterisk_binary() -> AsteriskBinary:
    return find_or_install(cache_folder(), lambda _line: None)


@pytest.fixture(scope="session")
def asterisk(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPbx]:
    """The session's node. Tests share it: they use endpoints and numbers of their own."""
    options = new_node(tmp_path_factory.mktemp("pbx"), asterisk_binary)
    lay_audio(PACKAGE, options, lambda _line: None)
    running = process.start(asterisk_binary, options)
    yield running
    process.stop(options)


@pytest.fixture
async def ami(asterisk: RunningPbx) -> AsyncIterator[RawAmi]:
    """A bare connection with the application's rights."""
    link = await application_link(asterisk.options)
    yield link
    await link.close()


@pytest.fixture
async def provisioning(asterisk: RunningPbx) -> AsyncIterator[RawAmi]:
    """A bare connection with the rights to write agents' accounts."""
    link = await provisioning_link(asterisk.options)
    yield link
    await link.close()


async def application_link(options: PbxOptions) -> RawAmi:
    return await RawAmi.login(
        options.bind, options.ports.ami, user="tellerline", secret=options.secrets.application
    )


async def provisioning_link(options: PbxOptions) -> RawAmi:
    return await RawAmi.login(
        options.bind,
        options.ports.ami,
        user="tellerline-provision",
        secret=options.secrets.provisioning,
    )


async def provision_desk_phone(
    link: RawAmi,
    endpoint: str,
    secret: str,
    *,
    contact: str = "",
    rtp_timeout: int = 10,
    qualify: int = 15,
) -> None:
    """Write a desk phone's account; with `contact` (a SIP URI) it needs no registration."""
    # without a qualify a live-written endpoint stays UNAVAILABLE although its phone is registered
    aor = {"max_contacts": "1", "remove_existing": "yes", "qualify_frequency": str(qualify)} | (
        {"contact": contact} if contact else {}
    )
    auth = {"auth_type": "digest", "username": endpoint, "password": secret}
    options = DESK_PHONE | {"auth": endpoint, "aors": endpoint, "rtp_timeout": str(rtp_timeout)}
    for kind, value in (("auth", auth), ("aor", aor), ("endpoint", options)):
        reply = await link.action(
            "DBPut", Family=f"ps_{kind}/{kind}", Key=endpoint, Val=json.dumps(value)
        )
        if reply["Response"] != "Success":
            raise AssertionError(dict(reply))


async def registered_phone(
    options: PbxOptions, link: RawAmi, endpoint: str, *, rtp_timeout: int = 10
) -> Softphone:
    """A desk phone that is provisioned, listening and registered; leave it by `__aexit__`."""
    await provision_desk_phone(link, endpoint, "secret-of-test", rtp_timeout=rtp_timeout)
    phone = Softphone((options.bind, options.ports.sip), endpoint, "secret-of-test")
    await phone.__aenter__()
    await phone.register()
    return phone


async def heartbeat(link: RawAmi) -> None:
    """Play the living application: write the heartbeat every second until cancelled."""
    while True:
        reply = await link.action("Ping")
        now = reply["Timestamp"].partition(".")[0]
        await link.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value=now)
        await asyncio.sleep(1)
