"""Names folded for search: what a person types must find what the bank wrote.

No database knows that ё is typed as е, that Ivanov is Иванов, or that Yuriy, Jurij and Юрий are one
name; SQLite does not even know the case of Cyrillic letters. So folding is done here, and both what
is stored and what is typed are compared by their keys: Latin letters, spellings made one.

A key is made letter by letter, looking back only: the key of a word's beginning is the beginning of
the word's key, which is what lets search answer while one types. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator

from pypinyin import lazy_pinyin

_WORD = re.compile(r"[^\W_]+")
_QUOTES = re.compile(r"['’ʼ`´‘\"]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff\uf900-\ufaff])\s+(?=[\u3400-\u9fff\uf900-\ufaff])")
_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
    | {"ъ": "", "ь": "", "ю": "iu", "я": "ia"}
    | {"є": "ie", "і": "i", "ґ": "g"}
    | {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
_ONE_SPELLING = {"y": "i", "j": "i", "w": "v", "x": "ks"}
_LONGEST_WORD = 64
_MOST_WORDS = 32


def words(text: str) -> tuple[str, ...]:
    """The words of `text` without case, accents and quotes, in order."""
    found = _WORD.findall(_HAN_GAP.sub("", _QUOTES.sub("", _plain(text))))
    return tuple(word[:_LONGEST_WORD] for word in found[:_MOST_WORDS])


def key(word: str) -> str:
    """A folded word as it is compared: ICAO's Latin letters, with common spellings made one."""
    made: list[str] = []
    for letter in word.translate(_LATIN):
        for sign in _signs(letter, made[-1] if made else ""):
            if not (made and sign == made[-1] and sign.isascii() and sign.isalpha()):
                made.append(sign)
    return "".join(made) or word


def keys(*names: str) -> frozenset[str]:
    """All that is stored for these names: keys of words, and each Han run, and how it sounds, from
    each sign on.

    Chinese has no spaces: so any part of a name, one sign or two, is the beginning of something.
    """
    found = {word for name in names for word in words(name)}
    runs = {run for word in found for run in _HAN.findall(word)}
    parts = {run[i:] for run in runs for i in range(len(run))}
    return frozenset(
        {key(word) for word in found} | parts | {s for run in runs for s in _sounds(run)}
    )


def _sounds(run: str) -> Iterator[str]:
    """The keys of a Han run in pinyin without tones, from each sign on: Ouyang finds 欧阳. What is
    written with ü is typed with u or, as on keyboards, with v."""
    syllables = lazy_pinyin(run)
    if len(syllables) != len(run):  # signs without a known sound stand together
        syllables = [lazy_pinyin(sign)[0] for sign in run]
    for i in range(len(run)):
        spelt = "".join(syllables[i:])
        yield key(spelt)
        yield key(spelt.replace("v", "u"))


def has_han(word: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(word) is not None


def _plain(text: str) -> str:
    """Without case and marks: NFKD first, for a mark may hide behind a compatibility form."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = (c for c in unicodedata.normalize("NFKD", folded) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", "".join(bare))


def _signs(letter: str, before: str) -> str:
    """What a Latin letter adds to a key after the sign before."""
    if letter == "h" and before and before in "kt":
        return ""  # Khan and Kan, Martha and Marta
    if letter == "z" and before == "t":
        return "s"  # Kuntz, Kunts
    if letter == "c" and before == "s":
        return "hc"  # Scherbak, Shcherbak
    if letter == "e" and (not before or before in "aeou"):
        return "ie"  # Yeltsin and Eltsin, Alekseyev and Alekseev
    return _ONE_SPELLING.get(letter, letter)
