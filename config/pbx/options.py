"""The values from which one Asterisk node is configured.

Owns their shape and their validity (they end up inside line-based files). Reads no environment
and chooses no default that depends on the machine; `config.pbx.layout` and the caller do that.
"""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from config.pbx.errors import PbxOptionsError

MUSIC_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
NODE_NAME = re.compile(r"[a-z][a-z0-9]{0,15}")
SHARED_MUSIC = ("default", "tellerline")
"""What every node has: Asterisk's own name, which serves for those that are not there, and ours."""
SOCKET_PATH_LIMIT = 107
"""Longest path that fits into sockaddr_un beside its final NUL (unix(7))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxPorts:
    """TCP and UDP ports of one node; `rtp_first` must be even (RTP takes pairs)."""

    ami: int
    http: int
    sip: int
    rtp_first: int
    rtp_last: int

    def __post_init__(self) -> None:
        ports = [getattr(self, field.name) for field in fields(self)]
        if any(not 0 < port < 65536 for port in ports):
            raise PbxOptionsError(f"ports must lie between 1 and 65535: {ports}")
        if len({self.ami, self.http}) < 2:
            raise PbxOptionsError("AMI and HTTP cannot share one TCP port")
        if self.rtp_first % 2 or self.rtp_last - self.rtp_first < 7:
            raise PbxOptionsError("the RTP range must start at an even port and hold 8 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxSecrets:
    """Passwords of the two AMI users. Never logged, kept in a file of mode 600."""

    application: str
    provisioning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxLayout:
    """Where Asterisk finds its parts, all absolute: what `[directories]` of asterisk.conf says."""

    etc: Path
    modules: Path
    lib: Path
    data: Path
    spool: Path
    run: Path
    log: Path
    music: Path

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_path(field.name, getattr(self, field.name))
        socket = self.run / "asterisk.ctl"
        if len(str(socket).encode()) > SOCKET_PATH_LIMIT:
            raise PbxOptionsError(f"path too long for a control socket, choose a shorter: {socket}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxOptions:
    """One node.

    `host_address` is the machine's own address that stands for the loopback in ICE (Asterisk never
    offers 127.x itself); None on a machine that has nothing but a loopback. `application_hosts` may
    log in by AMI, `trunk_hosts` may bring callers in.
    """

    node: str
    layout: PbxLayout
    ports: PbxPorts
    secrets: PbxSecrets
    modules: tuple[str, ...]
    bind: str = "127.0.0.1"
    host_address: str | None = None
    application_hosts: tuple[str, ...] = ("127.0.0.1",)
    trunk_hosts: tuple[str, ...] = ("127.0.0.1",)
    language: str = "en"
    music: tuple[str, ...] = ()
    """Names of further kinds of waiting music, each with a folder of its own."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    def __post_init__(self) -> None:
        if not NODE_NAME.fullmatch(self.node):
            raise PbxOptionsError(
                f"node name must be a letter and up to 15 letters or digits: {self.node!r}"
            )
        for name in ("bind", "host_address", "language"):
            _check_word(name, getattr(self, name))
        for host in (*self.application_hosts, *self.trunk_hosts):
            _check_word("host", host)
        for name in self.music:
            if not MUSIC_NAME.fullmatch(name):
                raise PbxOptionsError(f"music may be letters, digits, _ and - only: {name!r}")
        for name in ("tls_certificate", "tls_key"):
            if getattr(self, name) is not None:
                _check_path(name, getattr(self, name))

    @property
    def music_folders(self) -> dict[str, Path]:
        """The folder of each kind of music; those that every node has share one."""
        shared = dict.fromkeys(SHARED_MUSIC, self.layout.music)
        return {name: self.layout.music / name for name in self.music} | shared

    @property
    def on_loopback(self) -> bool:
        return self.bind.startswith("127.")

    @property
    def control_socket(self) -> Path:
        return self.layout.run / "asterisk.ctl"

    @property
    def pid_file(self) -> Path:
        return self.layout.run / "asterisk.pid"

    @property
    def main_file(self) -> Path:
        return self.layout.etc / "asterisk.conf"


def _check_path(name: str, path: Path) -> None:
    text = str(path)
    if not path.is_absolute() or not text.isprintable() or any(char in text for char in ";[]\\"):
        raise PbxOptionsError(f"{name} must be an absolute path without ; [ ] or \\: {text!r}")


def _check_word(name: str, word: str | None) -> None:
    if word is not None and not re.fullmatch(r"[A-Za-z0-9_.:-]+", word):
        raise PbxOptionsError(f"{name} may hold letters, digits and _ . : - only: {word!r}")
