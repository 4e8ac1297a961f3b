"""Reading the CSV files of a data set: rows as dictionaries, dates in whatever form they come."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from crm_core.errors import Refused

Made = TypeVar("Made")

_WOMEN = 50


class SetRefused(Refused):
    """A file of the set is missing, or a row of it cannot be read; the text tells which."""

    code = "data_set_refused"


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a file, quotation marks within cells taken off. Raises SetRefused."""
    try:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {key: (text or "").strip('" ') for key, text in row.items() if key}
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise SetRefused(name) from error


def each(folder: Path, name: str, make: Callable[[dict[str, str]], Made]) -> list[Made]:
    """What `make` makes of each row. Raises SetRefused with the file and the row's number."""
    made: list[Made] = []
    for n, row in enumerate(rows_of(folder, name), start=1):
        try:
            made.append(make(row))
        except (KeyError, ValueError) as error:
            raise SetRefused(f"{name}, row {n}") from error
    return made


def short_date(text: str) -> date:
    """Of "930705" the 5th of July 1993; women's birth numbers have 50 added to the month."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    return date(1900 + year, month - _WOMEN if month > _WOMEN else month, day)
