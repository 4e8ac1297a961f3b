"""Beginnings of words as ranges of an index: no LIKE, and so nothing in a text means anything."""

from typing import Any

from sqlalchemy import ColumnElement, and_

_END = "\U0010ffff"


def begins_with(column: Any, beginning: str) -> ColumnElement[bool]:
    """Whether a column that is compared by code points begins so."""
    return and_(column >= beginning, column < beginning + _END)
