"""Names folded for search: what a person types must find what the bank wrote.

SQLite does not know the case of Cyrillic letters and no database knows that ё is typed as е or
that Ivanov is Иванов, so folding is done here and the folded words are stored. A run of Chinese
characters is stored from each of its characters on, so that any part of it is a prefix.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_QUOTES = re.compile(r"['’ʼ`´‘\"]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "iu",
        "я": "ia",
        "є": "ie",
        "і": "i",
        "ї": "i",
        "ґ": "g",
    }
)
_LONGEST_WORD = 64
_MOST_WORDS = 32


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text` as a person would type them, in order."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    found = _WORD.findall(_QUOTES.sub("", folded))
    return tuple(word[:_LONGEST_WORD] for word in found[:_MOST_WORDS])


def tokens(*names: str) -> frozenset[str]:
    """All that is stored for a party with these names: words, in Latin too, and Han runs."""
    found = {word for name in names for word in words(name)}
    found |= {latin(word) for word in found}
    found |= {run[i:] for w in found for run in _HAN.findall(w) for i in range(len(run))}
    return frozenset(found - {""})


def latin(word: str) -> str:
    """A folded word in Latin letters (ICAO's table), letters of other scripts as they are."""
    return word.translate(_LATIN)
