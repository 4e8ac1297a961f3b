"""Phone numbers as they are typed into a search: whole, from the beginning, or the last digits.

    +7 945 555-01-01   8 (945) 555-01-01   007945...   945 555   0101

Whatever is typed is read in every way that it could be meant; the number's own table answers.
"""

import unicodedata
from dataclasses import dataclass

import phonenumbers
from sqlalchemy import ColumnElement, Select, and_, or_, select

from crm_core import phones
from crm_core.models import PartyPhone, PhoneNumber, PhoneStatus, SearchDocument
from crm_core.search.ranges import begins_with
from routing.ids import PartyId

_FEWEST_DIGITS = 4
_MOST_DIGITS = 20
_SIGNS = frozenset("+()-. /\t ‐‑‒–—−")
_NOBODYS = (PhoneStatus.OWN, PhoneStatus.SERVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNumber:
    """What a text could mean as a number: whole ones, beginnings (E.164), last digits."""

    whole: str | None
    beginnings: frozenset[str]
    endings: frozenset[str]


def typed_number(text: str, region: str) -> TypedNumber | None:
    """The number that is typed in `region` (ISO 3166), or None if the text is none."""
    plain = unicodedata.normalize("NFKC", text[:64]).strip()
    if len(text) > 64 or not all(c.isdigit() or c in _SIGNS for c in plain):
        return None
    digits = "".join(str(unicodedata.digit(c)) for c in plain if c.isdigit())
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    national = digits.removeprefix(_national_prefix(region))
    beginnings = {f"+{digits.removeprefix('00')}"}
    if not plain.startswith("+"):
        beginnings.add(f"+{_country(region)}{national}")
    return TypedNumber(
        whole=phones.normalise(plain, region),
        beginnings=frozenset(beginnings),
        endings=frozenset({digits, national} if len(national) >= _FEWEST_DIGITS else {digits}),
    )


def used_by(number: TypedNumber, limit: int) -> list[Select[PartyId, str]]:
    """Questions for parties and their E.164 numbers, the surest first; each has its limit."""
    reverse = [begins_with(PhoneNumber.digits_reversed, end[::-1]) for end in number.endings]
    forward = [begins_with(PhoneNumber.e164, begin) for begin in number.beginnings]
    asked: list[ColumnElement[bool]] = [or_(*reverse), or_(*forward)]
    if number.whole:
        asked.insert(0, PhoneNumber.e164 == number.whole)
    return [_parties(condition, limit) for condition in asked]


def _parties(condition: ColumnElement[bool], limit: int) -> Select[PartyId, str]:
    numbers = (
        select(PhoneNumber.id, PhoneNumber.e164)
        .where(and_(condition, PhoneNumber.status.not_in(_NOBODYS)))
        .limit(limit)
        .subquery()
    )
    return (
        select(PartyPhone.party, numbers.c.e164)
        .join(numbers, numbers.c.id == PartyPhone.phone)
        .join(SearchDocument, SearchDocument.party == PartyPhone.party)
        .order_by(PartyPhone.rank, numbers.c.e164, PartyPhone.party)
        .limit(limit)
    )


def _country(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


def _national_prefix(region: str) -> str:
    """What is dialled before a number inside the country: 8 in Russia, 0 in Germany."""
    return phonenumbers.ndd_prefix_for_region(region, True) or ""
