"""Cursors: they lead back to their place, and what is none of ours is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from crm_core.cursors import CursorRefused, before, beyond, cursor_at
from crm_core.models import CallCard

AT, KEY = CallCard.arrived_at, CallCard.call
TEXT = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20)


@given(st.datetimes(timezones=st.just(UTC)), TEXT)
def test_a_cursor_leads_back_to_its_place(at: datetime, key: str) -> None:
    for compared in (before, beyond):
        parameters = compared(AT, KEY, cursor_at(at, key)).compile(dialect=sqlite.dialect()).params
        assert set(parameters.values()) == {at, key}


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_a_cursor_of_anybody_elses_is_refused(cursor: str) -> None:
    for compared in (before, beyond):
        with pytest.raises(CursorRefused):
            compared(AT, KEY, cursor)
