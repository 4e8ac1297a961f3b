"""What tests of a running node ask for: agents at their desks, a wire that can be cut."""

from collections.abc import AsyncIterator

import pytest

from config.pbx.process import RunningPbx
from tests.parts.raw_ami import RawAmi
from tests.telephony.running import Desks, desks
from tests.telephony.wire import Wire


@pytest.fixture
async def at_desks(asterisk: RunningPbx, ami: RawAmi, provisioning: RawAmi) -> AsyncIterator[Desks]:
    async with desks(asterisk.options, ami, provisioning) as ready:
        yield ready


@pytest.fixture
async def wire(asterisk: RunningPbx) -> AsyncIterator[Wire]:
    async with Wire(asterisk.options.ports.ami) as laid:
        yield laid
