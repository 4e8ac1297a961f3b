"""A node's life on the real Asterisk: start, adopt, survive, stop."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.pbx import process
from config.pbx.binary import AsteriskBinary
from config.pbx.errors import PbxNotReadyError
from config.pbx.options import PbxOptions
from tests.parts.asterisk import new_node, provision_desk_phone, provisioning_link

pytestmark = pytest.mark.asterisk


@pytest.fixture
def node(asterisk_binary: AsteriskBinary, tmp_path: Path) -> Iterator[PbxOptions]:
    options = new_node(tmp_path / "n", asterisk_binary)
    yield options
    process.stop(options)


def test_start_then_adopt_then_stop(node: PbxOptions, asterisk_binary: AsteriskBinary) -> None:
    assert process.status(node) is None
    running = process.start(asterisk_binary, node)
    assert process.status(node) == running.pid
    assert process.login_accepted(node)
    assert process.start(asterisk_binary, node).pid == running.pid
    process.stop(node)
    assert process.status(node) is None
    assert not process.login_accepted(node, timeout=1)
    process.stop(node)


def test_a_start_leaves_a_clean_log(node: PbxOptions, asterisk_binary: AsteriskBinary) -> None:
    process.start(asterisk_binary, node)
    messages = (node.layout.log / "messages").read_text().splitlines()
    assert [line for line in messages if "ERROR" in line or "WARNING" in line] == []


def test_every_listed_module_runs(node: PbxOptions, asterisk_binary: AsteriskBinary) -> None:
    process.start(asterisk_binary, node)
    shown = process.console(asterisk_binary, node, "module show").splitlines()
    running = {line.split()[0] for line in shown if " Running " in line}
    assert {f"{name}.so" for name in node.modules} <= running


def test_killed_node_is_back_within_seconds_with_its_accounts(
    node: PbxOptions, asterisk_binary: AsteriskBinary
) -> None:
    first = process.start(asterisk_binary, node)
    asyncio.run(provision(node, "d0000000000aa"))
    time.sleep(1.1)  # Asterisk writes its database once a second and tells nobody
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    began = time.monotonic()
    second = process.start(asterisk_binary, node)
    assert second.pid != first.pid
    assert time.monotonic() - began < 10
    assert "Endpoint:  d0000000000aa" in process.console(
        asterisk_binary, node, "pjsip show endpoint d0000000000aa"
    )


async def provision(node: PbxOptions, endpoint: str) -> None:
    link = await provisioning_link(node)
    await provision_desk_phone(link, endpoint, "x")
    await link.close()


def test_a_strangers_pid_is_never_taken_for_ours(node: PbxOptions) -> None:
    node.layout.run.mkdir(parents=True)
    node.pid_file.write_text(str(os.getpid()))
    assert process.status(node) is None
    process.stop(node)
    node.pid_file.write_text("nonsense")
    assert process.status(node) is None


def test_what_went_wrong_is_told(node: PbxOptions, asterisk_binary: AsteriskBinary) -> None:
    broken = AsteriskBinary(
        argv=("/bin/sh", "-c", "echo no such module; exit 1"),
        version="22",
        modules=asterisk_binary.modules,
        data=asterisk_binary.data,
    )
    with pytest.raises(PbxNotReadyError, match="no such module"):
        process.start(broken, node, timeout=5)


def test_a_node_that_is_not_ready_in_time_is_not_left_behind(
    node: PbxOptions, asterisk_binary: AsteriskBinary
) -> None:
    """Left alone it would hold the ports, and each new start would leave one more."""
    with pytest.raises(PbxNotReadyError):
        process.start(asterisk_binary, node, timeout=0.0)
    assert not _processes(str(node.main_file).encode())
    assert process.status(node) is None
    process.start(asterisk_binary, node)


def _processes(named: bytes) -> list[Path]:
    """The processes that were started with this word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if named in path.read_bytes():
                found.append(path)
    return found
