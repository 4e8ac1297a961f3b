"""Starts, finds and ends the private Asterisk as whatever user runs us.

The process is detached on purpose: it outlives the application, because a restart of the
application must hang up nobody. So it is found again by its pid file, and a pid counts as ours
only if that process runs with our main configuration file.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from config.pbx.binary import AsteriskBinary
from config.pbx.errors import PbxNotReadyError
from config.pbx.options import PbxOptions
from config.pbx.render import prepare_private_tree

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.05
READY_SECONDS = 20.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RunningPbx:
    """A live node: its process id and what it was started from."""

    pid: int
    options: PbxOptions
    binary: AsteriskBinary


def start(
    binary: AsteriskBinary, options: PbxOptions, *, timeout: float = READY_SECONDS
) -> RunningPbx:
    """Render the files, start the node and wait until it takes our login and has fully booted.

    A node that already runs from the same folder is adopted as it is, its files untouched (calls
    may be up in it). `timeout` in seconds; PbxNotReadyError carries the end of the log. A node that
    was started here and is not ready in time is ended again: there is never a second one.
    """
    found = status(options)
    if found is None:
        prepare_private_tree(options, binary)
    pid = found or _launch(binary, options)
    running = RunningPbx(pid=pid, options=options, binary=binary)
    try:
        _wait_ready(running, time.monotonic() + timeout)
    except PbxNotReadyError:
        if found is None:  # it holds the ports: left alone, it would keep every later one from them
            _kill(options, pid)
        raise
    log.info("pbx.ready", node=options.node, pid=pid, version=binary.version)
    return running


def status(options: PbxOptions) -> int | None:
    """The pid of the node that runs from these options' folder, or None."""
    try:
        pid = int(options.pid_file.read_text())
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(options.main_file).encode() in arguments else None


def stop(options: PbxOptions, *, timeout: float = STOP_SECONDS) -> None:
    """End the node: SIGTERM hangs up what is still up and writes its database; SIGKILL after
    `timeout` seconds. Nothing happens if none runs."""
    pid = status(options)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    if not _gone(options, pid, timeout):
        log.warning("pbx.killed", node=options.node, pid=pid)
        _kill(options, pid)


def console(
    binary: AsteriskBinary, options: PbxOptions, command: str, *, timeout: float = 20.0
) -> str:
    """Run one command of Asterisk's own console over the control socket and return what it says."""
    done = subprocess.run(
        [*binary.argv, "-C", str(options.main_file), "-rx", command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout


def _launch(binary: AsteriskBinary, options: PbxOptions) -> int:
    options.pid_file.unlink(missing_ok=True)
    with (options.layout.log / "console.log").open("ab") as out:
        child = subprocess.Popen(
            [*binary.argv, "-f", "-C", str(options.main_file)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=options.layout.run,
            start_new_session=True,
        )
    return child.pid


def _wait_ready(running: RunningPbx, deadline: float) -> None:
    options = running.options
    while time.monotonic() < deadline:
        if not _alive(running.pid):
            raise PbxNotReadyError(f"Asterisk ended at once: {_log_tail(options)}")
        if status(options) == running.pid and login_accepted(options):
            console(running.binary, options, "core waitfullybooted")
            return
        time.sleep(POLL_SECONDS)
    raise PbxNotReadyError(f"Asterisk took no login in time: {_log_tail(options)}")


def login_accepted(options: PbxOptions, *, timeout: float = 5.0) -> bool:
    """Whether AMI greets, and takes the application's password."""
    login = (
        "Action: Login\r\nUsername: tellerline\r\n"
        f"Secret: {options.secrets.application}\r\nEvents: off\r\n\r\n"
    )
    try:
        with socket.create_connection((options.bind, options.ports.ami), timeout) as link:
            link.settimeout(timeout)
            link.sendall(login.encode())
            return b"Response: Success" in _read_reply(link)
    except OSError:
        return False


def _read_reply(link: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and (chunk := link.recv(4096)):
        received += chunk
    return received


def _kill(options: PbxOptions, pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _gone(options, pid, STOP_SECONDS)


def _alive(pid: int) -> bool:
    """False also for our own child that has ended and waits to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _gone(options: PbxOptions, pid: int, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        _collect(pid)
        if not _alive(pid):
            options.pid_file.unlink(missing_ok=True)
            return True
        time.sleep(POLL_SECONDS)
    return False


def _collect(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _log_tail(options: PbxOptions) -> str:
    lines: list[str] = []
    for name in ("console.log", "messages"):
        path = options.layout.log / name
        if path.exists():
            lines += path.read_text(errors="replace").splitlines()[-6:]
    return " / ".join(lines) or "its log is empty"
