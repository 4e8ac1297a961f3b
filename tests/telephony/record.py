"""Remakes tests/telephony/recordings from the real Asterisk: `python -m tests.telephony.record`.

Each scenario plays on a private node with real SIP phones and calls; what its AMI connection
received is written byte by byte to `<scenario>.ami`. Names on the command line choose scenarios.
"""

import asyncio
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from config.audio import lay_audio
from config.pbx import process
from config.pbx.binary import cache_folder, find_or_install
from config.pbx.options import PbxOptions
from config.settings import PACKAGE
from tests.parts.asterisk import application_link, heartbeat, new_node
from tests.parts.raw_ami import RawAmi
from tests.telephony.played import SCENARIOS
from tests.telephony.stage import ANNA, a_stage

RECORDINGS = Path(__file__).parent / "recordings"


async def record(options: PbxOptions, names: list[str]) -> None:
    beside = await application_link(options)
    for name in names:
        pulse = asyncio.create_task(heartbeat(beside))
        await asyncio.sleep(0)
        if name.startswith("fallback_"):
            pulse.cancel()
        async with a_stage(options) as stage:
            try:
                await SCENARIOS[name](stage)
            finally:
                (RECORDINGS / f"{name}.ami").write_bytes(bytes(stage.ami.received))
        pulse.cancel()
        with suppress(asyncio.CancelledError):
            await pulse
        await _quiet(beside)
        sys.stdout.write(f"{name}\n")
    await beside.close()


async def _quiet(link: RawAmi) -> None:
    """Until no channel and no queue member of the last scenario is left."""
    await link.action("QueueRemove", Queue="tellerline-fallback", Interface=f"PJSIP/{ANNA}")
    while await link.list("CoreShowChannels"):
        await asyncio.sleep(0.1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(names: list[str]) -> None:
    RECORDINGS.mkdir(exist_ok=True)
    binary = find_or_install(cache_folder(), _say)
    with tempfile.TemporaryDirectory(prefix="tl-") as folder:
        options = new_node(Path(folder), binary)
        lay_audio(PACKAGE, options, _say)
        process.start(binary, options)
        try:
            asyncio.run(record(options, names or list(SCENARIOS)))
        finally:
            process.stop(options)


if __name__ == "__main__":
    main(sys.argv[1:])
