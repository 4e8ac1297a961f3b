"""Tables as Excel workbooks. Texts are written as texts and never as formulas or links, numbers as
numbers, times as times; rows go to disk as they are written, not into memory.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import xlsxwriter
from fastapi import Response
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAY = 86_400
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}
_LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Share:
    """0 to 1, shown as percent."""

    of_one: float


@dataclass(frozen=True, slots=True)
class Duration:
    """Shown as h:mm:ss."""

    seconds: float


Cell = str | int | float | Share | Duration | datetime | date | None
"""A time is local and has no zone: a spreadsheet knows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table; `strong` rows from the end on are written like the heading."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    last_is_total: bool = False


_FORMATS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "share": {"num_format": "0.0%"},
        "duration": {"num_format": "[h]:mm:ss"},
        "time": {"num_format": "yyyy-mm-dd hh:mm"},
        "day": {"num_format": "yyyy-mm-dd"},
        "plain": {},
    }
)


def workbook(sheets: Sequence[Sheet], *, made_at: datetime) -> bytes:
    """The workbook of these sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        formats = {
            (name, strong): book.add_format({**told, "bold": strong})
            for name, told in _FORMATS.items()
            for strong in (False, True)
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return out.getvalue()


def xlsx_file(name: str, content: bytes) -> Response:
    """The workbook as a download of this name (of letters, digits, dots and dashes)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _write(page: Worksheet, sheet: Sheet, formats: Mapping[tuple[str, bool], Format]) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    _row(page, 0, sheet.header, formats, strong=True)
    rows = list(sheet.rows)
    for n, cells in enumerate(rows, start=1):
        strong = sheet.last_is_total and n == len(rows)
        _row(page, n, cells, formats, strong=strong)


def _row(
    page: Worksheet,
    n: int,
    cells: Sequence[Cell],
    formats: Mapping[tuple[str, bool], Format],
    *,
    strong: bool,
) -> None:
    for column, cell in enumerate(cells):
        match cell:
            case None:
                continue
            case str():
                page.write_string(n, column, cell[:_LONGEST_CELL], formats["plain", strong])
            case Share(of_one):
                page.write_number(n, column, of_one, formats["share", strong])
            case Duration(seconds):
                page.write_number(n, column, seconds / _DAY, formats["duration", strong])
            case datetime():
                page.write_datetime(n, column, cell, formats["time", strong])
            case date():
                page.write_datetime(n, column, cell, formats["day", strong])
            case _:
                page.write_number(n, column, cell, formats["plain", strong])
