"""Reading cells: from the text of a CSV file or an event to values, or the reason why not. Pure.

Amounts become whole minor units of the row's currency, an empty cell None (or the column's
default). Whatever is refused is named by column and reason, never by its value.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from crm_core.corebank.checks import CHECKS
from crm_core.corebank.entities import LONGEST_KEY, LONGEST_TEXT, VERSION, Column, Entity, Type
from crm_core.money import EXPONENTS, LARGEST_MINOR
from crm_core.phones import normalise
from crm_core.sealing import NumberRefused, canonical
from crm_core.selfservice.numbers import LONGEST, SHORTEST

_COUNT = re.compile(r"[0-9]{1,10}", re.ASCII)
_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
_MONEY = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,12})?", re.ASCII)
_RATE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,8})?", re.ASCII)
_DIGITS = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}", re.ASCII)
_LARGEST_COUNT = 2**31 - 1
_DIGEST = 16
_DATE_LENGTH = len("2026-03-02")
_CODES_OF_FLAGS = {"true": "true", "false": "false"}
_WRONG = (ValueError, NumberRefused)

Values = dict[str, Any]
Cells = Sequence[str]


class CellRefused(Exception):
    """A cell cannot be read. `reason` is a stable code."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


class Told(NamedTuple):
    """What the bank tells under one key: one row, or all rows of a group.

    `cells` are as they came, in the order of the entity's columns; `lines` are theirs in the file.
    """

    key: str
    version: int
    hash: str
    rows: list[Values]
    cells: list[tuple[str, ...]]
    lines: list[int]


class RowReader:
    """Reads the rows of one entity. National phone numbers are those of `region`."""

    def __init__(self, entity: Entity, *, region: str) -> None:
        self.entity = entity
        names = entity.header
        self._currency = names.index("currency") if "currency" in names else None
        self._plain = [
            (n, one.name, _reader(one, region), one)
            for n, one in enumerate(entity.columns)
            if one.type is not Type.MONEY
        ]
        self._money = [(n, one) for n, one in enumerate(entity.columns) if one.type is Type.MONEY]
        self._check = CHECKS.get(entity.name)

    def read(self, cells: Cells) -> Values:
        """The values of a row. Raises CellRefused."""
        values: Values = {}
        for n, name, reader, column in self._plain:
            text = cells[n] or column.default
            if text:
                try:
                    values[name] = reader(text)
                except _WRONG as error:
                    raise CellRefused(name, column.type) from error
            elif column.required:
                raise CellRefused(name, "required")
            else:
                values[name] = None
        if self._currency is not None:
            self._read_money(cells, values)
        if self._check is not None and (problem := self._check(values)) is not None:
            raise CellRefused(problem, "contradiction")
        return values

    def _read_money(self, cells: Cells, values: Values) -> None:
        places = EXPONENTS[values["currency"]]
        for n, column in self._money:
            text = cells[n] or column.default
            if not text and column.required:
                raise CellRefused(column.name, "required")
            try:
                values[column.name] = _minor(text, places) if text else None
            except ValueError as error:
                raise CellRefused(column.name, Type.MONEY) from error


def told(
    entity: Entity, rows: list[Values], cells: list[tuple[str, ...]], lines: list[int]
) -> Told:
    """One thing that was told, of rows that have the same key. Raises CellRefused if their
    versions differ."""
    first = rows[0]
    version = first[VERSION]
    if len(rows) > 1 and any(row[VERSION] != version for row in rows):
        raise CellRefused(VERSION, "group_versions")
    text = "\x1e".join(["\x1f".join(one) for one in cells])
    hash_ = blake2b(text.encode(), digest_size=_DIGEST).hexdigest()
    return Told(first[entity.key], version, hash_, rows, cells, lines)


def _reader(column: Column, region: str) -> Callable[[str], Any]:
    if column.name == VERSION:
        return _version
    if column.type is Type.CODE:
        codes = {code: code for code in column.codes}
        return lambda text: _one_of(codes, text)
    if column.type is Type.PHONE:
        return lambda text: _phone(text, region)
    return _READERS[column.type]


def _one_of(codes: dict[str, str], text: str) -> str:
    found = codes.get(text)
    if found is None:
        raise ValueError
    return found


def _phone(text: str, region: str) -> tuple[str, str]:
    e164 = normalise(text, region)
    if e164 is None:
        raise ValueError
    return e164, text


def _key(text: str) -> str:
    if len(text) > LONGEST_KEY or not text.isprintable():
        raise ValueError
    return text


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise ValueError
    return text


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


def _date(text: str) -> date:
    if len(text) != _DATE_LENGTH or text[4] != "-" or "W" in text:  # other ISO forms are not ours
        raise ValueError
    return date.fromisoformat(text)


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text) or (number := int(text)) > _LARGEST_COUNT:
        raise ValueError
    return number


def _version(text: str) -> int:
    if not _VERSION.fullmatch(text):
        raise ValueError
    return int(text)


def _rate(text: str) -> Decimal:
    if not _RATE.fullmatch(text):
        raise ValueError
    return Decimal(text)


def _digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise ValueError
    return text


def _currency(text: str) -> str:
    if text not in EXPONENTS:
        raise ValueError
    return text


def _minor(text: str, places: int) -> int:
    if not _MONEY.fullmatch(text):
        raise ValueError
    whole, _, part = text.partition(".")
    if part[places:].strip("0"):
        raise ValueError
    minor = int(whole + part[:places].ljust(places, "0"))
    if abs(minor) > LARGEST_MINOR:
        raise ValueError
    return minor


_READERS: dict[Type, Callable[[str], Any]] = {
    Type.KEY: _key,
    Type.TEXT: _text,
    Type.DATE: _date,
    Type.TIME: _time,
    Type.COUNT: _count,
    Type.RATE: _rate,
    Type.FLAG: lambda text: _one_of(_CODES_OF_FLAGS, text) == "true",
    Type.CURRENCY: _currency,
    Type.NUMBER: canonical,
    Type.DIGITS: _digits,
}
