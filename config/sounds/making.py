"""Every sound file that scripts ask for: recorded, kept, or spoken now."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.sounds.keeping import Kept, kept, recorded_key, spoken_key
from config.sounds.samples import from_wav
from config.sounds.scripts import Script, SoundsMissing
from config.sounds.speaking import speak

ENDINGS = (".wav", ".sln", ".alaw", ".ulaw")
"""What a recording may be: the formats that a node loads. Only a WAV can be cut."""
AT_ONCE = 40
"""Texts that a worker speaks between two resamplings."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """Of each language, the pieces of each file, in order."""

    files: Mapping[str, Mapping[str, tuple[Path, ...]]]


@dataclass(frozen=True, slots=True)
class _Job:
    script: Script
    file: str

    @property
    def text(self) -> str:
        return self.script.texts[self.file]

    @property
    def key(self) -> str:
        return spoken_key(self.script.voice, self.text, cut=self.script.cut)


def make_sounds(
    scripts: Iterable[Script], recordings: Path, cache: Path, progress: Progress
) -> Sounds:
    """Find or make all sound files. Raises SoundsMissing.

    `recordings` holds a folder a language and need not exist.
    """
    scripts, cached = tuple(scripts), kept(cache)
    made: dict[str, dict[str, tuple[Path, ...]]] = {one.language: {} for one in scripts}
    jobs: list[_Job] = []
    for script in scripts:
        own = recorded(recordings / script.language)
        for file in script.texts:
            found = own.get(script.recording(file))
            if found is not None:
                made[script.language][file] = _pieces(found, cached, cut=script.cut)
            else:
                jobs.append(_Job(script, file))
    _speak([job for job in jobs if cached.of(job.key) is None], cached, progress)
    for job in jobs:
        made[job.script.language][job.file] = cached.of(job.key) or ()
    return Sounds(files=made)


def recorded(folder: Path) -> Mapping[str, Path]:
    """Return the operator's recordings in a language, by name."""
    found = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS)
    return {path.stem: path.resolve() for path in found}


def _pieces(recording: Path, cached: Kept, *, cut: bool) -> tuple[Path, ...]:
    if not cut:
        return (recording,)
    if recording.suffix != ".wav":
        raise SoundsMissing(f"{recording}: of self-service only WAV files can be cut into pieces")
    data = recording.read_bytes()
    key = recorded_key(data)
    try:
        return cached.of(key) or cached.keep(key, from_wav(data), cut=True)
    except ValueError as error:
        raise SoundsMissing(f"{recording} {error}") from error


def _speak(jobs: Sequence[_Job], cached: Kept, progress: Progress) -> None:
    """Speak what is missing, with all processors; whatever was done is kept if one fails."""
    for language in dict.fromkeys(job.script.language for job in jobs):
        count = sum(1 for job in jobs if job.script.language == language)
        progress(f"speaking {count} sound files in {language}")
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for done in [workers.submit(_some, some, cached) for some in _chunks(jobs)]:
            done.result()


def _chunks(jobs: Sequence[_Job]) -> Iterator[Sequence[_Job]]:
    """Jobs by script, a worker's share each."""
    for script in dict.fromkeys(id(job.script) for job in jobs):
        those = [job for job in jobs if id(job.script) == script]
        yield from (those[at : at + AT_ONCE] for at in range(0, len(those), AT_ONCE))


def _some(jobs: Sequence[_Job], cached: Kept) -> None:
    try:
        spoken = speak(jobs[0].script.voice, [job.text for job in jobs])
        for job, sound in zip(jobs, spoken, strict=True):
            cached.keep(job.key, sound, cut=job.script.cut)
    except SoundsMissing as error:
        job = jobs[0]
        raise SoundsMissing(
            f"what callers are told in {job.script.language} cannot be spoken: {error}, or put"
            f" recordings of yours into the configuration folder:"
            f" prompts/{job.script.language}/{job.script.recording(job.file)}.wav, and so on"
        ) from error
