"""`config/prompts.yaml`: what callers are told, by language, as one text for each sound file."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.files import load_yaml, place
from config.settings import SettingsInvalid
from config.sounds.scripts import Script, Voice
from routing.commands import Said
from routing.terms import Phrase
from telephony.phrases import KEYS, all_said, file_of

FILE = "prompts.yaml"

Word = Annotated[str, Field(min_length=1, max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=400)]

_SLOTS = {
    Phrase.POSITION: "{place}",
    Phrase.EXPECTED_WAIT: "{minutes}",
    Phrase.CALLBACK_OFFER: "{key}",
}


class _Numbers(BaseModel):
    """The words for 1 to 99."""

    model_config = ConfigDict(extra="forbid")

    ones: list[Word] = Field(min_length=19, max_length=19)
    tens: list[Word] = Field(min_length=8, max_length=8)
    joined: list[Word] = Field(min_length=8, max_length=8)
    exact: dict[int, Word] = Field(default_factory=dict)

    def word(self, number: int) -> str:
        if number in self.exact:
            return self.exact[number]
        if number < 20:
            return self.ones[number - 1]
        ten, one = divmod(number, 10)
        return self.joined[ten - 2] + self.ones[one - 1] if one else self.tens[ten - 2]


class _NumberWords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    place: _Numbers
    minutes: _Numbers


class _Language(BaseModel):
    model_config = ConfigDict(extra="forbid")

    voice: str = Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]+)*$")
    speed: int = Field(default=150, ge=80, le=400)
    phrases: dict[Phrase, Text | dict[str, Text]]
    numbers: _NumberWords
    keys: list[Word] = Field(min_length=len(KEYS), max_length=len(KEYS))


def read_prompts(folder: Path) -> tuple[Script, ...]:
    """Return the scripts of all languages, each complete. Raises SettingsInvalid."""
    path = folder / FILE
    data = load_yaml(path)
    if not isinstance(data, dict) or not data:
        raise SettingsInvalid([f"{path}: no language"])
    return tuple(_script(path, str(language), part) for language, part in data.items())


def _script(path: Path, language: str, part: object) -> Script:
    at = f"{path}: {language}"
    try:
        plural = Locale.parse(language).plural_form
        words = _Language.model_validate(part)
    except (UnknownLocaleError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise SettingsInvalid([f"{at}: there is no such language"]) from error
        lines = [f"{at}.{place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error
    if errors := _errors(at, words):
        raise SettingsInvalid(errors)
    texts = {file_of(said): _text(words, said, plural) for said in all_said()}
    return Script(language=language, voice=Voice(words.voice, words.speed), texts=texts)


def _errors(at: str, words: _Language) -> list[str]:
    errors = [f"{at}.phrases.{one}: is missing" for one in Phrase if one not in words.phrases]
    for phrase, said in words.phrases.items():
        forms = said if isinstance(said, dict) else {"other": said}
        here = f"{at}.phrases.{phrase}"
        if "other" not in forms:
            errors.append(f"{here}: has no form `other`")
        slot = _SLOTS.get(phrase)
        for form, text in forms.items():
            if slot is not None and slot not in text:
                errors.append(f"{here}.{form}: does not say {slot}")
            if "{" in (text.replace(slot, "") if slot else text):
                errors.append(f"{here}.{form}: says what it cannot know")
    return errors


def _text(words: _Language, said: Said, plural: Callable[[int], str]) -> str:
    forms = words.phrases[said.phrase]
    slot, number = _SLOTS.get(said.phrase), said.number
    if slot is None or number is None:
        return forms if isinstance(forms, str) else forms["other"]
    text = forms if isinstance(forms, str) else forms.get(plural(number), forms["other"])
    return text.replace(slot, _spoken(words, said.phrase, number))


def _spoken(words: _Language, phrase: Phrase, number: int) -> str:
    if phrase is Phrase.CALLBACK_OFFER:
        return words.keys[number]
    numbers = words.numbers.place if phrase is Phrase.POSITION else words.numbers.minutes
    return numbers.word(number)
