"""Tables as CSV files that people open in a spreadsheet.

A spreadsheet takes a cell that begins with = + - @ (or a tab or return before it) for a formula,
and what came from outside must never be one: such a cell gets a quotation mark in front.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM = "\ufeff"


def neutral(cell: object) -> str:
    """The cell's text, which no spreadsheet takes for a formula. None is empty."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The table as a download of this name (of letters, digits, dots and dashes)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutral(one) for one in header])
    writer.writerows([neutral(one) for one in row] for row in rows)
    return Response(
        (_BOM + out.getvalue()).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
