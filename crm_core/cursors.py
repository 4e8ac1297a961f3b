"""Cursors of pages that are ordered by a time and an id: opaque text outside, a place inside."""

import base64
import binascii
import json
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Tuple, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.errors import Refused
from crm_core.models.columns import UtcDateTime

_Times = InstrumentedAttribute[datetime]
_Keys = InstrumentedAttribute[str]


class CursorRefused(Refused):
    """The cursor is none of ours."""

    code = "bad_cursor"


def cursor_at(at: datetime, key: str) -> str:
    """The cursor that leads to what stands after this place."""
    place = json.dumps([at.isoformat(), key])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str) -> Tuple:
    """The place in SQL, to compare `tuple_(time, id)` with. Raises CursorRefused."""
    at, key = _read(cursor)
    return tuple_(literal(at, UtcDateTime()), literal(key))


def beyond(at: _Times, key: _Keys, cursor: str) -> ColumnElement[bool]:
    """Whether a row stands after the cursor in ascending order. Raises CursorRefused."""
    return tuple_(at, key) > _place(cursor)


def before(at: _Times, key: _Keys, cursor: str) -> ColumnElement[bool]:
    """Whether a row stands after the cursor in descending order. Raises CursorRefused."""
    return tuple_(at, key) < _place(cursor)


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        at, key = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        when = datetime.fromisoformat(at)
        when = when.astimezone(UTC) if when.tzinfo else when
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise CursorRefused from error
    if when.tzinfo is None or not isinstance(key, str) or not key.isprintable():
        raise CursorRefused
    return when, key
