"""Phone numbers: from whatever a trunk or a person writes to E.164, and how to show them.

A number that cannot be read for certain is no number: a wrong match is worse than none. Letters
are never turned into digits, so that a caller called `hangup` or `1-800-BANK` has no number.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from routing.terms import NumberClass

_LONGEST_INPUT = 64
_REMEMBERED = 4_096
"""Numbers whose reading is kept: a call asks several times, and the same people call again."""
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SCHEME = re.compile(r"^(?:tel|sips?):", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=(\+[0-9()\-. ]+)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\s*(?:,+|#|\bx|\bext(?:ension|n)?\b|\bдоб(?:авочный)?\b|\bвн(?:утр)?\b)[.:\s]*[0-9]{1,8}#?$",
    re.IGNORECASE,
)
_READABLE = re.compile(r"\+?[0-9()\-. /]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_SHOWN_DIGITS = 4
_INTERNAL = re.compile(r"[0-9]{2,5}")
_WITHHELD = frozenset(
    {"", "anonymous", "private", "restricted", "unavailable", "unknown", "withheld", "<unknown>"}
)
_CLASSES = {
    PhoneNumberType.MOBILE: NumberClass.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberClass.MOBILE,
    PhoneNumberType.FIXED_LINE: NumberClass.FIXED,
    PhoneNumberType.VOIP: NumberClass.FIXED,
    PhoneNumberType.PERSONAL_NUMBER: NumberClass.FIXED,
    PhoneNumberType.TOLL_FREE: NumberClass.SERVICE,
    PhoneNumberType.PREMIUM_RATE: NumberClass.SERVICE,
    PhoneNumberType.SHARED_COST: NumberClass.SERVICE,
    PhoneNumberType.UAN: NumberClass.SERVICE,
}


def normalise(raw: str, region: str) -> str | None:
    """The E.164 form of `raw` as dialled in `region` (ISO 3166, such as "RU"), or None.

    None stands for withheld, unreadable, short (an extension) and impossible numbers alike.
    """
    return None if len(raw) > _LONGEST_INPUT else _normalised(raw, region)


def classify(raw: str, region: str, *, own: Collection[str] = ()) -> NumberClass:
    """What kind of number it is to somebody in `region`. `own` are the bank's own numbers (E.164).

    What is too short for a number is an extension of the bank. Where a country does not tell mobile
    from fixed lines a number counts as mobile; lines over the internet are fixed.
    """
    if len(raw) > _LONGEST_INPUT:
        return NumberClass.UNKNOWN
    shown = raw.strip().lower()
    if shown in _WITHHELD:
        return NumberClass.WITHHELD
    number = _normalised(raw, region)
    if number is None:
        is_extension = _INTERNAL.fullmatch(shown) is not None
        return NumberClass.INTERNAL if is_extension else NumberClass.UNKNOWN
    return NumberClass.INTERNAL if number in own else _class_of(number, region)


def display(e164: str) -> str:
    """The number grouped for reading, such as "+7 912 345-67-89"."""
    number = _parse(e164, None)
    if number is None:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def mask(e164: str) -> str:
    """The number with all but the country code and the last four digits hidden."""
    number = _parse(e164, None)
    country = f"+{number.country_code}" if number else ""
    hidden = len(e164) - len(country) - _SHOWN_DIGITS
    if hidden < 1:
        return "•" * len(e164)
    return f"{country} {'•' * hidden} {e164[-_SHOWN_DIGITS:]}".strip()


@lru_cache(maxsize=_REMEMBERED)
def _normalised(raw: str, region: str) -> str | None:
    text = _bare(raw)
    if text is None:
        return None
    return _e164(text, region) or _e164_without_plus(text)


@lru_cache(maxsize=_REMEMBERED)
def _class_of(e164: str, region: str) -> NumberClass:
    number = _parse(e164, None)
    if number is None:
        return NumberClass.UNKNOWN
    if number.country_code != phonenumbers.country_code_for_region(region):
        return NumberClass.FOREIGN
    if phonenumbers.region_code_for_number(number) not in (region, None):
        return NumberClass.FOREIGN  # countries share a code, as Kazakhstan and Russia do
    return _CLASSES.get(phonenumbers.number_type(number), NumberClass.UNKNOWN)


def _bare(raw: str) -> str | None:
    """`raw` in plain digits and signs, without scheme, host and extension; None if it is not."""
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES).strip()
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    text = _SCHEME.sub("", text).partition("@")[0]
    number, parameters, rest = text.partition(";")
    context = _CONTEXT.match(parameters + rest)
    number = _EXTENSION.sub("", number).strip()
    if context and not number.startswith("+"):
        number = context[1].strip() + number
    return number if _READABLE.fullmatch(number) else None


def _e164(text: str, region: str | None) -> str | None:
    number = _parse(text, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        return None  # a prefix for dialling abroad, taken for a part of the number
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return written if _E164.fullmatch(written) else None


def _e164_without_plus(text: str) -> str | None:
    """Trunks leave out the plus or send 00 instead; taken only where that gives a real number."""
    digits = text.lstrip(" (")
    number = _parse("+" + digits.removeprefix("00"), None)
    if text.startswith("+") or number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parse(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None
