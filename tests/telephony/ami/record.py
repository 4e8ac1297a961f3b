"""Remakes the stream of the AMI bench: `python -m tests.telephony.ami.record OUT.ami.gz`.

Plays the scenarios of `tests.telephony.played` (real SIP phones, the product's dialplan) while an
observer with `read=all` keeps, byte for byte, what a plain client would receive of them.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from config.pbx import process
from config.pbx.binary import cache_folder, find_or_install
from config.pbx.options import PbxOptions
from tests.parts.asterisk import application_link, heartbeat, new_node
from tests.parts.raw_ami import RawAmi
from tests.telephony.played import SCENARIOS
from tests.telephony.stage import a_stage

SECRET = "a-secret-of-the-recording"
OBSERVER = f"""
[observer]
secret = {SECRET}
read = all
write = reporting
writetimeout = 5000
"""


async def observed(options: PbxOptions) -> bytes:
    """Everything the observer received while the scenarios ran one after the other."""
    observer = await RawAmi.login(options.bind, options.ports.ami, user="observer", secret=SECRET)
    beside = await application_link(options)
    pulse = asyncio.create_task(heartbeat(beside))
    for name in [name for name in SCENARIOS if not name.startswith("fallback_")]:
        async with a_stage(options) as stage:
            await SCENARIOS[name](stage)
        while await beside.list("CoreShowChannels"):
            await asyncio.sleep(0.1)
        sys.stdout.write(f"{name}\n")
    pulse.cancel()
    with suppress(asyncio.CancelledError):
        await pulse
    received = bytes(observer.received)
    await beside.close()
    await observer.close()
    return received


def main(out: Path) -> None:
    binary = find_or_install(cache_folder(), lambda _line: None)
    with tempfile.TemporaryDirectory(prefix="tl-") as folder:
        options = new_node(Path(folder), binary)
        process.start(binary, options)
        try:
            with (options.layout.etc / "manager.conf").open("a") as users:
                users.write(OBSERVER)
            process.console(binary, options, "manager reload")
            stream = asyncio.run(observed(options))
        finally:
            process.stop(options)
    out.write_bytes(gzip.compress(stream, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
