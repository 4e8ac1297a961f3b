"""Remakes the stream of the AMI bench: `python -m tests.telephony.ami.record OUT.ami.gz`.

Plays Local-channel calls on a private Asterisk and keeps, byte for byte, what a connection with
`read=all` received: some 2,000 events.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import tempfile
from pathlib import Path

from config.pbx.binary import cache_folder, find_or_install
from tests.parts.raw_ami import RawAmi
from tests.telephony.ami.pbx import SECRET, throwaway_pbx

NAMES = ("Иванов Иван", 'O"Neil \\ Sons', "Smith, John", "王小明", "x")
CALLS = 32
APART = 0.25


async def play(port: int) -> bytes:
    link = await RawAmi.login("127.0.0.1", port, user="root", secret=SECRET)
    await link.action("Setvar", Variable="GLOBAL(RECORDING)", Value="begun")
    for n in range(CALLS):
        name = NAMES[n % len(NAMES)].replace("\\", "\\\\").replace('"', '\\"')
        await link.action(
            "Originate",
            Channel="Local/customer@default/n",
            Context="default",
            Exten="queue" if n % 3 == 2 else "dial",
            Priority="1",
            Async="true",
            CallerID=f'"{name}" <+7999{n:07d}>',
            Variable=f"STAY=2,__REQ=r{n}",
        )
        await asyncio.sleep(APART)
    while await link.list("CoreShowChannels"):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.2)
    received = bytes(link.received)
    await link.close()
    return received


async def record() -> bytes:
    binary = find_or_install(cache_folder(), lambda _line: None)
    with (
        tempfile.TemporaryDirectory() as folder,
        throwaway_pbx(Path(folder), binary) as pbx,
    ):
        await pbx.ready()
        return await play(pbx.port)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(gzip.compress(asyncio.run(record()), mtime=0))
