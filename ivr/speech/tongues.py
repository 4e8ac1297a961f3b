"""The languages that values can be told in."""

from collections.abc import Mapping
from types import MappingProxyType

from ivr.speech.chinese import CHINESE
from ivr.speech.english import ENGLISH
from ivr.speech.russian import RUSSIAN
from ivr.speech.tongue import Tongue
from ivr.speech.ukrainian import UKRAINIAN

TONGUES: Mapping[str, Tongue] = MappingProxyType(
    {"en": ENGLISH, "ru": RUSSIAN, "uk": UKRAINIAN, "zh": CHINESE}
)

_VALUE = "value-"


def value_file(token: str) -> str:
    """The name of a token's sound file, apart from those of prompts."""
    return _VALUE + token


def vocabulary(language: str) -> Mapping[str, str]:
    """The text of every sound file that values of the language are told with."""
    return {value_file(token): text for token, text in TONGUES[language].vocabulary.items()}
