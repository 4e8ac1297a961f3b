"""Parts that the AMI tests share: a scripted manager, a private Asterisk, a running client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from config.pbx.binary import AsteriskBinary
from tests.telephony.ami.driving import Driven, driven
from tests.telephony.ami.pbx import Pbx, throwaway_pbx
from tests.telephony.ami.scripted import ScriptedPbx

Drive = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedPbx]:
    async with ScriptedPbx() as pbx:
        yield pbx


@pytest.fixture
def drive() -> Drive:
    return driven


@pytest.fixture(scope="module")
def calm_pbx(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pbx]:
    """One Asterisk for all tests of a module that leave it as it was."""
    with throwaway_pbx(tmp_path_factory.mktemp("ami"), asterisk_binary) as pbx:
        asyncio.run(pbx.ready())
        yield pbx


@pytest.fixture
def own_pbx(asterisk_binary: AsteriskBinary, tmp_path: Path) -> Iterator[Pbx]:
    """An Asterisk for one test that freezes, kills or reconfigures it."""
    with throwaway_pbx(tmp_path, asterisk_binary) as pbx:
        asyncio.run(pbx.ready())
        yield pbx
