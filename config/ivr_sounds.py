"""The sounds of self-service: which there must be for a flow, made, laid, and found by its book.

For each of a flow's languages: the standard prompts, the vocabulary that values are told with, the
flow's own prompts, and the names of products and branches. They lie below
`sounds/tellerline/<language>/ivr`, in pieces, since only between two of them does Asterisk notice
that the application has died.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.flow_files import read_flow_file
from config.ivr_prompts import read_ivr_prompts
from config.pbx.binary import cache_folder
from config.prompts import read_prompts
from config.settings import SettingsInvalid
from config.sounds.laying import add, names_of
from config.sounds.making import Progress, Sounds, make_sounds
from config.sounds.scripts import Script, SoundsMissing
from ivr.flows.known import Known
from ivr.speech.own import recording_of, with_own
from ivr.speech.phrasebook import Phrasebook, name_files
from ivr.speech.texts import PAUSE, Text, TextRefused
from ivr.speech.told import Name
from ivr.speech.tongues import vocabulary
from telephony.phrases import FOLDER

BELOW = "ivr"
RECORDINGS = "prompts"
FLOWS = "ivr"
"""The folder of flows and their prompts in the configuration folder."""


class FlowTexts(Protocol):
    """What of a flow is spoken; `ivr.flows.nodes.Flow` is one."""

    @property
    def flow(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]: ...

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A flow that can be told: its book, whose every file stands in `sounds`."""

    book: Phrasebook
    sounds: Sounds


def lay_flow_sounds(
    flow: FlowTexts,
    config_dir: Path,
    tree: Path | None,
    *,
    names: Iterable[Name] = (),
    progress: Progress,
) -> Phrasebook:
    """Make and lay what a flow says; return its book when all files stand.

    `tree` is the `sounds` folder of the private node; a PBX elsewhere gets its files by hand, from
    `tellerline ivr prompts build`. Blocks, for seconds where texts are new: call it in a thread.
    Nothing is taken away, so that walks in an older version hear theirs. Raises SoundsMissing and
    SettingsInvalid.
    """
    spoken = flow_sounds(flow, config_dir, names=names, progress=progress)
    if tree is not None:
        add(spoken.sounds, tree / FOLDER, BELOW)
    return spoken.book


def flow_sounds(
    flow: FlowTexts, config_dir: Path, *, names: Iterable[Name] = (), progress: Progress
) -> Spoken:
    """Make what a flow says. Raises SoundsMissing and SettingsInvalid."""
    book = flow_book(flow, config_dir)
    scripts = flow_scripts(flow, book, config_dir, names=names)
    sounds = make_sounds(scripts, config_dir / RECORDINGS, cache_folder(), progress)
    return Spoken(book=Phrasebook(texts=book.texts, laid=laid(sounds)), sounds=sounds)


def flow_book(flow: FlowTexts, config_dir: Path) -> Phrasebook:
    """All that a flow may say, to be read from. Raises SoundsMissing and SettingsInvalid."""
    standard = Phrasebook(texts=read_ivr_prompts(config_dir))
    if missing := [one for one in flow.languages if one not in standard.languages]:
        raise SoundsMissing(f"the flow {flow.flow} speaks {missing[0]}, which has no prompts")
    try:
        return with_own(standard, flow.flow, flow.texts)
    except TextRefused as error:
        raise SettingsInvalid([f"flow {flow.flow}: {line}" for line in error.errors]) from error


def flow_scripts(
    flow: FlowTexts, book: Phrasebook, config_dir: Path, *, names: Iterable[Name] = ()
) -> Sequence[Script]:
    """What voices have to say for a flow. Raises SettingsInvalid."""
    voices = _voices(config_dir)
    wanted = tuple(names)
    return [
        script
        for language in flow.languages
        for script in _scripts(language, book.texts[language], voices, flow.flow, wanted)
    ]


def laid(sounds: Sounds) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The pieces of each file as Asterisk takes them, by language and file."""
    return {
        language: {
            file: tuple(
                f"{FOLDER}/{language}/{BELOW}/{name}" for name in names_of(file, len(paths))
            )
            for file, paths in files.items()
        }
        for language, files in sounds.files.items()
    }


def flows_in(config_dir: Path) -> Iterator[FlowTexts]:
    """The flows of the configuration folder. Raises SettingsInvalid."""
    for path in sorted((config_dir / FLOWS).glob("*.yaml")):
        yield read_flow_file(path, Known())


def together(parts: Iterable[Sounds]) -> Sounds:
    """Sounds of several flows as one."""
    files: defaultdict[str, dict[str, tuple[Path, ...]]] = defaultdict(dict)
    for part in parts:
        for language, some in part.files.items():
            files[language] |= some
    return Sounds(files=files)


def _voices(config_dir: Path) -> Mapping[str, Script]:
    """Whose voice speaks each language: that of what waiting callers hear."""
    return {script.language: script for script in read_prompts(config_dir)}


def _scripts(
    language: str,
    texts: Mapping[str, Text],
    voices: Mapping[str, Script],
    flow: str,
    names: Sequence[Name],
) -> Iterator[Script]:
    if language not in voices:
        raise SettingsInvalid([f"prompts.yaml: has no voice for {language}"])
    spoken = {clause.file: clause.spoken for text in texts.values() for clause in text.clauses}
    spoken |= {PAUSE: "."} | dict(vocabulary(language))
    yield _script(language, voices[language], spoken, flow)
    by_voice: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for file, name in name_files(names, language).items():
        by_voice[_reader(name, language)][file] = name
    for reader, those in by_voice.items():
        yield _script(language, voices.get(reader, voices[language]), those, flow)


def _script(language: str, voice: Script, texts: Mapping[str, str], flow: str) -> Script:
    return Script(
        language=language,
        voice=voice.voice,
        texts=texts,
        cut=True,
        recordings={file: recording_of(file, flow) for file in texts},
    )


def _reader(name: str, language: str) -> str:
    """The language whose voice can read a name: one for Latin letters spells Cyrillic out."""
    if any("\u0400" <= letter <= "\u04ff" for letter in name):
        return language if language in ("ru", "uk") else "ru"
    if any("\u4e00" <= letter <= "\u9fff" for letter in name):
        return "zh"
    return "en" if language == "zh" else language
