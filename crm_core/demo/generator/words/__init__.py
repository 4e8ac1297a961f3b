"""The languages of the demo bank, each with its words."""

from collections.abc import Mapping
from types import MappingProxyType

from crm_core.demo.generator.words.chinese import CHINESE
from crm_core.demo.generator.words.english import ENGLISH
from crm_core.demo.generator.words.lexicon import Lexicon
from crm_core.demo.generator.words.russian import RUSSIAN
from crm_core.demo.generator.words.ukrainian import UKRAINIAN

LEXICONS: Mapping[str, Lexicon] = MappingProxyType(
    {one.language: one for one in (RUSSIAN, UKRAINIAN, ENGLISH, CHINESE)}
)
"""By the code of the language."""
