"""How Chinese tells values: by ten thousands, with 零 for the zeros between (一万零五).

A two that is counted is 两 (两元, 两百), one that is read is 二 (二月, 二十二). An amount is told
with its point: 十二点五元.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from crm_core.money import EXPONENTS
from ivr.speech.forms import Case, Form, Noun
from ivr.speech.slavic import MONTHS
from ivr.speech.tongue import Tokens

_DIGITS = "零一二三四五六七八九"
_MYRIADS = ((10**8, "yi"), (10**4, "wan"), (1, ""))
_NOUNS = {Noun.DAY: "天", Noun.MONTH: "个月", Noun.MINUTE: "分钟"}
_CURRENCIES = {
    "RUB": "卢布",
    "USD": "美元",
    "EUR": "欧元",
    "UAH": "格里夫纳",
    "KZT": "坚戈",
    "CNY": "元",
    "GBP": "英镑",
    "BYN": "白俄罗斯卢布",
    "CHF": "瑞士法郎",
    "TRY": "土耳其里拉",
    "JPY": "日元",
    "KWD": "科威特第纳尔",
}


@dataclass(frozen=True)
class Chinese:
    """See ivr.speech.tongue. There are no cases, so the forms of a value are the same."""

    cases = frozenset({Case.NOMINATIVE})
    between = ""
    currencies = frozenset(_CURRENCIES)

    def number(self, number: int, case: Case) -> Tokens:
        """As it is read: a two alone is 二."""
        told: list[str] = []
        gap = False
        for size, myriad in _MYRIADS:
            group = number // size % 10_000
            if not group:
                gap = True
                continue
            if told and (gap or group < 1000):
                told.append("0")
            told += _group(group, inside=bool(told), counted=bool(myriad))
            told += [myriad] if myriad else []
            gap = False
        return tuple(told) or ("0",)

    def count(self, number: int, noun: Noun, case: Case) -> Tokens:
        return (*self._counting(number), noun.value)

    def money(self, major: int, minor: int, currency: str, case: Case) -> Tokens:
        if not minor:
            return (*self._counting(major), currency.lower())
        decimals = f"{minor:0{EXPONENTS[currency]}d}".rstrip("0")
        return (*self.number(major, case), "point", *decimals, currency.lower())

    def percent(self, whole: int, decimals: str, case: Case) -> Tokens:
        point = ("point", *decimals) if decimals else ()
        return ("percent", *self.number(whole, case), *point)

    def day(self, day: date, form: Form) -> Tokens:
        year = (*str(day.year), "of-year") if form.year else ()
        return (*year, MONTHS[day.month - 1], f"day-{day.day}")

    def minus(self) -> Tokens:
        return ("minus",)

    def digits(self, digits: str) -> Tokens:
        return tuple(digits)

    def _counting(self, number: int) -> Tokens:
        return ("two",) if number == 2 else self.number(number, Case.NOMINATIVE)

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        return dict(_vocabulary())


CHINESE = Chinese()


def _group(number: int, *, inside: bool, counted: bool) -> Iterator[str]:
    """From 1 to 9,999. Within a number ten is 一十; a two of ten thousands is 两."""
    if number == 2 and counted:
        yield "two"
        return
    thousands, hundreds, rest = number // 1000, number // 100 % 10, number % 100
    if thousands:
        yield f"{thousands}000"
    if hundreds:
        yield f"{hundreds}00"
    before = thousands or hundreds
    if before and rest and (rest < 10 or not hundreds):
        yield "0"
    if rest:
        yield f"{rest}-inside" if 10 <= rest < 20 and (before or inside) else str(rest)


def _vocabulary() -> Iterator[tuple[str, str]]:
    yield from ((str(number), _below_100(number)) for number in range(100))
    yield from ((f"{number}-inside", f"一{_below_100(number)}") for number in range(10, 20))
    for digit, text in ((one, "两" if one == 2 else _DIGITS[one]) for one in range(1, 10)):
        yield f"{digit}00", f"{text}百"
        yield f"{digit}000", f"{text}千"
    yield from (("two", "两"), ("wan", "万"), ("yi", "亿"), ("minus", "负"), ("point", "点"))
    yield from (("percent", "百分之"), ("of-year", "年"))
    yield from ((month, f"{_below_100(number)}月") for number, month in enumerate(MONTHS, 1))
    yield from ((f"day-{day}", f"{_below_100(day)}日") for day in range(1, 32))
    yield from ((noun.value, text) for noun, text in _NOUNS.items())
    yield from ((currency.lower(), text) for currency, text in _CURRENCIES.items())


def _below_100(number: int) -> str:
    ten, one = divmod(number, 10)
    if not ten:
        return _DIGITS[one]
    return f"{_DIGITS[ten] if ten > 1 else ''}十{_DIGITS[one] if one else ''}"
