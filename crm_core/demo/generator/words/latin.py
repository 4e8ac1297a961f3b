"""Names in Latin letters, as on a bank card or in a passport: what a clerk abroad would type."""

import unicodedata

from crm_core.demo.generator.words.chinese import PINYIN
from crm_core.demo.generator.words.lexicon import listed

_RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        listed("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"),
        strict=True,
    )
)
_UKRAINIAN = {**_RUSSIAN, "г": "h", "ґ": "g", "є": "ie", "и": "y", "і": "i", "ї": "i", "й": "i"}


def latin(text: str, language: str) -> str:
    """The name in Latin letters without accents."""
    if language == "zh":
        return "".join(PINYIN.get(sign, sign) for sign in text).capitalize()
    table = _UKRAINIAN if language == "uk" else _RUSSIAN
    written = "".join(_letter(sign, table) for sign in text)
    return "".join(
        c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c)
    )


def _letter(sign: str, table: dict[str, str]) -> str:
    plain = table.get(sign.lower(), sign).replace("-", "") if sign != "-" else sign
    return plain.capitalize() if sign.isupper() else plain
