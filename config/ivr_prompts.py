"""`config/ivr/prompts/<language>.yaml`: what self-service tells callers, as texts with places.

Read as a whole before anything starts: a caller is no place to find out that a prompt is missing.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel

from config.files import Code, read_checked
from config.settings import SettingsInvalid
from ivr.speech.phrasebook import Phrasebook
from ivr.speech.standard import STANDARD
from ivr.speech.texts import LONGEST, Text, TextRefused, read_text
from ivr.speech.tongues import TONGUES

FOLDER = Path("ivr/prompts")

Prompts = Mapping[str, Mapping[str, Text]]
"""Texts by language and prompt."""


class _File(RootModel[dict[Code, Annotated[str, Field(min_length=1, max_length=LONGEST)]]]):
    """The texts of a language, by prompt."""


def read_ivr_prompts(config_dir: Path) -> Prompts:
    """Return the standard prompts of every language that has a file. Raises SettingsInvalid."""
    folder = config_dir / FOLDER
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise SettingsInvalid([f"{folder}: holds no prompts of any language"])
    read: dict[str, Mapping[str, Text]] = {}
    errors: list[str] = []
    for path in paths:
        read[path.stem], wrong = _language(path)
        errors += wrong
    if errors:
        raise SettingsInvalid(errors)
    return read


def ivr_phrasebook(config_dir: Path) -> Phrasebook:
    """A book of the standard prompts, to be read from. Raises SettingsInvalid."""
    return Phrasebook(texts=read_ivr_prompts(config_dir))


def _language(path: Path) -> tuple[Mapping[str, Text], Iterable[str]]:
    language = path.stem
    if language not in TONGUES:
        return {}, [f"{path}: values cannot be told in {language}, only in {', '.join(TONGUES)}"]
    written = read_checked(path, _File).root
    errors = [
        *(f"{path}: {prompt}: is missing" for prompt in STANDARD if prompt not in written),
        *(f"{path}: {prompt}: is no prompt" for prompt in written if prompt not in STANDARD),
    ]
    texts: dict[str, Text] = {}
    for prompt in (one for one in written if one in STANDARD):
        try:
            texts[prompt] = read_text(
                written[prompt],
                file=prompt,
                places=STANDARD[prompt],
                cases=TONGUES[language].cases,
            )
        except TextRefused as error:
            errors += [f"{path}: {prompt}: {line}" for line in error.errors]
    return texts, errors
