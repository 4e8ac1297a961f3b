"""The sound files of what callers are told: spoken by espeak-ng, kept, laid into a node's tree.

A recording of the operator's own wins over a spoken file; together they must be whole, or nothing
starts: a caller is no place to find out. Whose words these are, `config.prompts` knows.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.pbx.errors import PbxError

ENDINGS = (".wav", ".sln", ".alaw", ".ulaw")
"""What a recording may be: the formats that a node loads."""

TELEPHONE = ("-r", "8000", "-c", "1", "-b", "16")
SPEAK_SECONDS = 30.0

Progress = Callable[[str], None]


class SoundsMissing(PbxError):
    """Something that callers are told has no sound file, and none can be made."""


class Spoken(Protocol):
    """One language: the text of each sound file, by name, and the voice that reads it.

    `speed` is in words a minute.
    """

    @property
    def language(self) -> str: ...

    @property
    def voice(self) -> str: ...

    @property
    def speed(self) -> int: ...

    @property
    def texts(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """Of each language, the file of each name."""

    files: dict[str, dict[str, Path]]


def make_sounds(
    scripts: Iterable[Spoken], recordings: Path, cache: Path, progress: Progress
) -> Sounds:
    """Find or make all sound files. Raises SoundsMissing.

    `recordings` holds a folder a language and need not exist; what is spoken is kept in `cache`
    under a name that follows from its texts.
    """
    made: dict[str, dict[str, Path]] = {}
    for script in scripts:
        own = recorded(recordings / script.language)
        missing = script.texts.keys() - own.keys()
        folder = _kept(script, cache, progress) if missing else cache
        files = {name: folder / f"{name}.wav" for name in missing} | own
        made[script.language] = {name: files[name] for name in script.texts}
    return Sounds(files=made)


def recorded(folder: Path) -> dict[str, Path]:
    """Return the operator's recordings in a language, by name."""
    found = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS)
    return {path.stem: path.resolve() for path in found}


def lay_out(sounds: Sounds, target: Path) -> None:
    """Make `target` hold exactly these files, as links. A node that runs may be reading there."""
    for language, files in sounds.files.items():
        lay_files({f"{name}{path.suffix}": path for name, path in files.items()}, target / language)


def lay_files(files: Mapping[str, Path], folder: Path) -> None:
    """Make `folder` hold exactly these files, as links; its folders stay."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, path in files.items():
        _link(folder / name, path)
    for left in folder.iterdir():
        if left.name not in files and not left.is_dir():
            left.unlink()


def write_out(sounds: Sounds, out: Path) -> int:
    """Copy the files into `out`, a folder a language; return how many."""
    count = 0
    for language, files in sounds.files.items():
        (out / language).mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            shutil.copyfile(path, out / language / f"{name}{path.suffix}")
            count += 1
    return count


def _kept(script: Spoken, cache: Path, progress: Progress) -> Path:
    """Return the folder of a language's spoken files, made now if it is not there."""
    voice = f"{script.voice} {script.speed}"
    said = "\n".join([voice, *(f"{k}={v}" for k, v in sorted(script.texts.items()))])
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    folder = cache / "prompts" / f"{script.language}-{digest}"
    if folder.is_dir():
        return folder
    espeak, sox = _program("espeak-ng", script), _program("sox", script)
    folder.parent.mkdir(parents=True, exist_ok=True)
    progress(f"speaking {len(script.texts)} prompts in {script.language}")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        half = Path(scratch) / "half"
        half.mkdir()
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            jobs = [
                workers.submit(_speak, (espeak, sox), script, text, half / f"{name}.wav")
                for name, text in script.texts.items()
            ]
            for job in jobs:
                job.result()
        if not folder.is_dir():  # another process may have been quicker
            half.rename(folder)
    return folder


def _program(name: str, script: Spoken) -> str:
    found = shutil.which(name)
    if found is None:
        raise SoundsMissing(
            f"what callers are told in {script.language} cannot be spoken: {name} is missing."
            f" Install espeak-ng and sox, or put recordings of yours into the configuration"
            f" folder: prompts/{script.language}/{min(script.texts)}.wav, and so on"
        )
    return found


def _speak(programs: tuple[str, str], script: Spoken, text: str, target: Path) -> None:
    """Speak one text as 8 kHz mono 16-bit WAV."""
    espeak, sox = programs
    try:
        spoken = subprocess.run(
            [espeak, "-v", script.voice, "-s", str(script.speed), "--stdout", "--", text],
            check=True,
            capture_output=True,
            timeout=SPEAK_SECONDS,
        )
        subprocess.run(
            [sox, "-D", "-t", "wav", "-", *TELEPHONE, str(target), "norm", "-3"],
            input=spoken.stdout,
            check=True,
            capture_output=True,
            timeout=SPEAK_SECONDS,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise SoundsMissing(
            f"espeak-ng cannot speak {script.language} with the voice {script.voice} ({error}):"
            f" record its prompts, or take it out of prompts.yaml"
        ) from error


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    scratch = link.with_name(f".{link.name}.new")
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(target)
    scratch.replace(link)
