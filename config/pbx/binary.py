"""Which Asterisk to run: the machine's own, or a private one in the cache folder.

Owns the search, the version check and the making of the private root file system. Starts nothing
but `asterisk -V` and mmdebstrap, and never touches the machine's own installation.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from config.pbx.errors import AsteriskMissingError
from config.pbx.modules import OPTIONAL, REQUIRED

log = structlog.get_logger(__name__)

Progress = Callable[[str], None]
OLDEST = (18, 8)
"""18, and of its releases the first whose dialplan knows CHANNEL_EXISTS."""
SUITE = "sid"
"""Debian 12 and 13 carry no Asterisk; unstable does, and its own loader runs it on any of them."""
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-core-sounds-ru-wav")
DEFAULT_MIRROR = "http://deb.debian.org/debian"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
BUILD_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class AsteriskBinary:
    """A usable Asterisk: `argv` is its command without arguments, `data` its share/asterisk."""

    argv: tuple[str, ...]
    version: str
    modules: Path
    data: Path

    def loadable(self) -> tuple[str, ...]:
        """Names of the modules to load: all required ones and those optional ones that exist."""
        extra = (name for name in OPTIONAL if (self.modules / f"{name}.so").exists())
        return (*REQUIRED, *extra)


def cache_folder() -> Path:
    """`TELLERLINE_CACHE`, else the user's cache folder by the XDG rule."""
    named = os.environ.get("TELLERLINE_CACHE")
    if named:
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tellerline"


def find_or_install(cache: Path, progress: Progress) -> AsteriskBinary:
    """The machine's Asterisk if it serves, else the private one, made now where it is missing."""
    found = find_on_path() or find_private(cache)
    return found or install(cache, progress)


def find_on_path() -> AsteriskBinary | None:
    """`asterisk` on PATH or in the sbin folders, if new enough and with every module we load."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    command = shutil.which("asterisk", path=path)
    if command is None:
        return None
    modules = next((p for p in _system_module_folders() if (p / "chan_pjsip.so").exists()), None)
    data = next((p for p in _system_data_folders() if p.is_dir()), None)
    if modules is None or data is None:
        return None
    return usable((command,), modules, data)


def find_private(cache: Path) -> AsteriskBinary | None:
    """The private Asterisk made earlier, if it is there and still starts on this machine."""
    root = cache / f"asterisk-{SUITE}"
    if not (root / "usr/sbin/asterisk").exists():
        return None
    loader = _first(
        root, "lib64/ld-linux-x86-64.so.2", "usr/lib/ld-linux-*.so.*", "usr/lib/*/ld-linux-*.so.*"
    )
    modules = _first(root, "usr/lib/*/asterisk/modules")
    if loader is None or modules is None:
        return None
    libraries = modules.parent.parent
    argv = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    return usable(argv, modules, root / "usr/share/asterisk")


def install(cache: Path, progress: Progress) -> AsteriskBinary:
    """Make the private root file system (some 310 MB, half a minute) and return its Asterisk.

    The packages are only unpacked: no package's script runs, so it takes neither root nor a name
    space, and nothing of it can touch the machine. Built beside its final place and renamed at the
    end, so a cut build leaves nothing half-made; two processes that start together build once.
    """
    tool = shutil.which("mmdebstrap")
    if tool is None:
        raise AsteriskMissingError("no Asterisk on PATH; to make a private one install: mmdebstrap")
    cache.mkdir(parents=True, exist_ok=True)
    with _lock(cache / "asterisk.lock"):
        made_meanwhile = find_private(cache)
        if made_meanwhile is not None:
            return made_meanwhile
        _build(tool, cache / f"asterisk-{SUITE}", progress)
    made = find_private(cache)
    if made is None:
        raise AsteriskMissingError(f"the private Asterisk in {cache} does not start")
    return made


def machine_mirror() -> str:
    """The Debian mirror this machine already uses (it may be the only one it can reach)."""
    files = [Path("/etc/apt/sources.list")]
    files += sorted(Path("/etc/apt/sources.list.d").glob("*.list"))
    files += sorted(Path("/etc/apt/sources.list.d").glob("*.sources"))
    for file in filter(Path.is_file, files):
        mirror = debian_mirror(file.read_text(encoding="utf-8", errors="replace"))
        if mirror is not None:
            return mirror
    return DEFAULT_MIRROR


def debian_mirror(sources: str) -> str | None:
    """The first Debian archive that an apt sources file (either format) names."""
    match = re.search(
        r"^(?:deb\s+(?:\[[^]]*\]\s+)?|URIs:\s*)(https?://\S+?/debian)/?(?:\s|$)",
        sources,
        re.MULTILINE,
    )
    return match.group(1) if match else None


def usable(argv: tuple[str, ...], modules: Path, data: Path) -> AsteriskBinary | None:
    """This Asterisk, if it starts here, is new enough and has every module we load."""
    version = _version(argv)
    if version is None or _ordered(version) < OLDEST:
        log.info("asterisk.unfit", reason="version", version=version)
        return None
    missing = [name for name in REQUIRED if not (modules / f"{name}.so").exists()]
    if missing:
        log.info("asterisk.unfit", reason="modules", missing=missing)
        return None
    return AsteriskBinary(argv=argv, version=version, modules=modules, data=data)


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _version(argv: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(
            [*argv, "-V"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"Asterisk\s+(?:certified[/-])?(\d+\.[\w.]+)", done.stdout)
    return match.group(1) if match else None


def _build(tool: str, target: Path, progress: Progress) -> None:
    scratch = target.with_name(f"{target.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    argv = [tool, "--mode=chrootless", "--skip=check/chrootless", "--variant=extract"]
    argv += [f"--include={','.join(PACKAGES)}"]
    argv += [
        '--aptopt=APT::Install-Recommends "false"',
        '--aptopt=Acquire::Check-Valid-Until "false"',
    ]
    argv += [f"--keyring={KEYRING}"] if KEYRING.exists() else []
    argv += [SUITE, str(scratch), machine_mirror()]
    tail = _run_showing(argv, progress)
    if not (scratch / "usr/sbin/asterisk").exists():
        shutil.rmtree(scratch, ignore_errors=True)
        raise AsteriskMissingError("making the private Asterisk failed: " + " / ".join(tail))
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


def _run_showing(argv: list[str], progress: Progress) -> list[str]:
    """Run to the end, hand each of its own lines to `progress`, return the last few lines."""
    tail: list[str] = []
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            tail = [*tail, line.strip()][-5:]
            if line.startswith("I: "):
                progress(line[3:].strip())
        if child.wait(BUILD_SECONDS):
            return tail
    return tail


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _first(root: Path, *patterns: str) -> Path | None:
    return next((hit for pattern in patterns for hit in sorted(root.glob(pattern))), None)


def _system_module_folders() -> list[Path]:
    multiarch = sorted(Path("/usr/lib").glob("*-linux-gnu/asterisk/modules"))
    return [*multiarch, Path("/usr/lib64/asterisk/modules"), Path("/usr/lib/asterisk/modules")]


def _system_data_folders() -> list[Path]:
    return [Path("/usr/share/asterisk"), Path("/var/lib/asterisk")]
