"""All that callers at their keypads may hear, for the command line: what of it is recorded, spoken
or missing.

Where there is a bank, these are the flows that are published there and the names of its products
and branches; for the rest the files of the configuration folder.
"""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.flow_trials import there_is_a_bank
from config.ivr_prompts import read_ivr_prompts
from config.ivr_sounds import (
    RECORDINGS,
    FlowTexts,
    flow_book,
    flow_scripts,
    flow_sounds,
    flows_in,
    together,
)
from config.pbx.binary import cache_folder
from config.prompts import read_prompts
from config.self_service import names_of
from config.settings import Settings, SettingsInvalid
from config.sounds.keeping import kept, spoken_key
from config.sounds.making import Progress, Sounds, recorded
from config.sounds.scripts import Script
from config.sounds.speaking import programs
from config.storage import on_database
from crm_core.database import Database
from crm_core.selfservice import flow_versions
from crm_core.selfservice.looking_up import Answers
from ivr.flows.known import Known
from ivr.flows.reading import read_flow
from ivr.speech.told import Name

VOICES_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenFlow:
    """A flow in some languages; a nameless one has no texts of its own."""

    flow: str = ""
    languages: Sequence[str]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be heard."""

    flows: Sequence[FlowTexts]
    names: Sequence[Name] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A language's sound files: how many there are in all, by which recordings some are replaced,
    which are not spoken yet, and the recordings that replace nothing."""

    language: str
    files: int
    recorded: Sequence[str]
    unspoken: Sequence[str]
    strays: Sequence[str]


def wanted(settings: Settings, languages: Sequence[str] = ()) -> Wanted:
    """Everything in these languages, or in all that there are prompts in. Raises SettingsInvalid,
    and Failed where the bank's database does not answer."""
    there = tuple(read_ivr_prompts(settings.config_dir))
    if unknown := [one for one in languages if one not in there]:
        raise SettingsInvalid([f"{unknown[0]}: there are prompts in {', '.join(there)} only"])
    asked = tuple(languages) or there
    flows: dict[str, FlowTexts] = {flow.flow: flow for flow in flows_in(settings.config_dir)}
    names: Sequence[Name] = ()
    if there_is_a_bank(settings):
        published, names = on_database(settings, _at_bank)
        flows |= {flow.flow: flow for flow in published}
    spoken = (_in(flow, asked) for flow in flows.values())
    return Wanted(flows=(SpokenFlow(languages=asked), *spoken), names=names)


def build(asked: Wanted, config_dir: Path, progress: Progress) -> Sounds:
    """Make all of it. Raises SoundsMissing and SettingsInvalid."""
    return together(
        flow_sounds(flow, config_dir, names=asked.names, progress=progress).sounds
        for flow in asked.flows
    )


def look(asked: Wanted, config_dir: Path) -> Sequence[Found]:
    """How it stands, without making anything. Raises SoundsMissing and SettingsInvalid."""
    by_language: dict[str, list[Script]] = {}
    for flow in asked.flows:
        book = flow_book(flow, config_dir)
        for script in flow_scripts(flow, book, config_dir, names=asked.names):
            by_language.setdefault(script.language, []).append(script)
    waiting = {script.language: script for script in read_prompts(config_dir)}
    return [
        _found(language, scripts, waiting[language], config_dir)
        for language, scripts in by_language.items()
    ]


def voices_missing(config_dir: Path, languages: Iterable[str]) -> Sequence[str]:
    """The voices that espeak-ng has not. Raises SoundsMissing where it is not installed."""
    espeak, _ = programs()
    listed = subprocess.run(
        [espeak, "--voices"], check=True, capture_output=True, text=True, timeout=VOICES_SECONDS
    ).stdout
    there = {line.split()[1] for line in listed.splitlines()[1:] if len(line.split()) > 1}
    names = {one.voice.name for one in read_prompts(config_dir) if one.language in set(languages)}
    return sorted(names - there)


def _found(language: str, scripts: Sequence[Script], waiting: Script, config_dir: Path) -> Found:
    own = recorded(config_dir / RECORDINGS / language)
    spoken = kept(cache_folder())
    keys = {
        file: (script.recording(file), spoken_key(script.voice, text, cut=script.cut))
        for script in scripts
        for file, text in script.texts.items()
    }
    replaced = {recording for recording, _ in keys.values()}
    return Found(
        language=language,
        files=len(keys),
        recorded=sorted(own.keys() & replaced),
        unspoken=sorted(
            file
            for file, (recording, key) in keys.items()
            if recording not in own and spoken.of(key) is None
        ),
        strays=sorted(own.keys() - replaced - waiting.texts.keys()),
    )


def _in(flow: FlowTexts, languages: Sequence[str]) -> SpokenFlow:
    spoken = tuple(one for one in flow.languages if one in languages)
    return SpokenFlow(flow=flow.flow, languages=spoken, texts=flow.texts)


async def _at_bank(db: Database) -> tuple[Sequence[FlowTexts], Sequence[Name]]:
    async with db.reading() as session:
        published = await flow_versions.published(session)
    flows = [read_flow(one.body, Known()) for one in published.values()]
    return flows, await names_of(Answers(db))
