"""How English tells values, as it is spoken in Britain: one thousand and five; the second of March,
twenty twenty-six."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ivr.speech.forms import Case, Form, Noun
from ivr.speech.slavic import MONTHS, SCALES
from ivr.speech.tongue import Tokens

_TEENS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DAYS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second"),
    *("twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh"),
    *("twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"),
)
_NOUNS = {
    "day": ("day", "days"),
    "month": ("month", "months"),
    "minute": ("minute", "minutes"),
    "rouble": ("rouble", "roubles"),
    "kopeck": ("kopeck", "kopecks"),
    "dollar": ("dollar", "dollars"),
    "cent": ("cent", "cents"),
    "euro": ("euro", "euros"),
    "hryvnia": ("hryvnia", "hryvnias"),
    "tenge": ("tenge", "tenge"),
    "tiyn": ("tiyn", "tiyn"),
    "yuan": ("yuan", "yuan"),
    "fen": ("fen", "fen"),
    "pound": ("pound", "pounds"),
    "penny": ("penny", "pence"),
    "belarusian-rouble": ("Belarusian rouble", "Belarusian roubles"),
    "franc": ("Swiss franc", "Swiss francs"),
    "centime": ("centime", "centimes"),
    "lira": ("Turkish lira", "Turkish lira"),
    "kurush": ("kurush", "kurush"),
    "yen": ("yen", "yen"),
    "dinar": ("Kuwaiti dinar", "Kuwaiti dinars"),
    "fils": ("fils", "fils"),
}
_CURRENCIES = {
    "RUB": ("rouble", "kopeck"),
    "USD": ("dollar", "cent"),
    "EUR": ("euro", "cent"),
    "UAH": ("hryvnia", "kopeck"),
    "KZT": ("tenge", "tiyn"),
    "CNY": ("yuan", "fen"),
    "GBP": ("pound", "penny"),
    "BYN": ("belarusian-rouble", "kopeck"),
    "CHF": ("franc", "centime"),
    "TRY": ("lira", "kurush"),
    "JPY": ("yen", ""),
    "KWD": ("dinar", "fils"),
}


@dataclass(frozen=True)
class English:
    """See ivr.speech.tongue. There are no cases, so the forms of a value are the same."""

    cases = frozenset({Case.NOMINATIVE})
    between = " "
    currencies = frozenset(_CURRENCIES)

    def number(self, number: int, case: Case) -> Tokens:
        told: list[str] = []
        rest = number
        for size, scale in SCALES:
            group, rest = divmod(rest, size)
            if group:
                told += (*_group(group), scale)
        if told and 0 < rest < 100:
            told.append("and")
        if rest or not told:
            told += _group(rest)
        return tuple(told)

    def count(self, number: int, noun: Noun, case: Case) -> Tokens:
        return self._counted(number, noun)

    def money(self, major: int, minor: int, currency: str, case: Case) -> Tokens:
        unit, part = _CURRENCIES[currency]
        told = self._counted(major, unit) if major or not minor else ()
        if not minor:
            return told
        return (*told, *(("and",) if told else ()), *self._counted(minor, part))

    def percent(self, whole: int, decimals: str, case: Case) -> Tokens:
        point = ("point", *decimals) if decimals else ()
        return (*self.number(whole, case), *point, "percent")

    def day(self, day: date, form: Form) -> Tokens:
        told = (f"day-{day.day}", MONTHS[day.month - 1])
        return told + self._year(day.year) if form.year else told

    def minus(self) -> Tokens:
        return ("minus",)

    def digits(self, digits: str) -> Tokens:
        return tuple(digits)

    def _counted(self, number: int, noun: str) -> Tokens:
        form = "one" if number == 1 else "many"
        return (*self.number(number, Case.NOMINATIVE), _file(noun, form))

    def _year(self, year: int) -> Tokens:
        century, rest = divmod(year, 100)
        if 2000 <= year < 2010:
            return self.number(year, Case.NOMINATIVE)
        if not rest:
            return (str(century), "hundred")
        return (str(century), "oh", str(rest)) if rest < 10 else (str(century), str(rest))

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        return dict(_vocabulary())


ENGLISH = English()


def _group(number: int) -> Iterator[str]:
    """Below 1,000."""
    hundreds, rest = divmod(number, 100)
    if hundreds:
        yield f"{hundreds}00"
    if hundreds and rest:
        yield "and"
    if rest or not number:
        yield str(rest)


def _file(noun: str, form: str) -> str:
    one, many = _NOUNS[noun]
    return f"{noun}-{'one' if one == many else form}"


def _vocabulary() -> Iterator[tuple[str, str]]:
    for number in range(100):
        ten, one = divmod(number, 10)
        joined = f"{_TENS[ten - 2]}-{_TEENS[one]}" if one else _TENS[ten - 2]
        yield str(number), _TEENS[number] if number < 20 else joined
    yield from ((f"{hundred}00", f"{_TEENS[hundred]} hundred") for hundred in range(1, 10))
    yield from ((scale, scale) for _, scale in SCALES)
    yield from ((word, word) for word in ("and", "hundred", "minus", "oh", "percent", "point"))
    yield from ((f"day-{day}", f"the {name} of") for day, name in enumerate(_DAYS, 1))
    yield from ((month, month.capitalize()) for month in MONTHS)
    for noun, (single, many) in _NOUNS.items():
        yield _file(noun, "one"), single
        yield _file(noun, "many"), many
