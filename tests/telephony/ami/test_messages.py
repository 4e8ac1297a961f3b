"""Reading single headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami.messages import AmiEvent, request_id, unescape

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
C_ESCAPES = dict(zip("\a\b\f\n\r\t\v\\'\"?", "abfnrtv\\'\"?", strict=True))


def event(**fields: str) -> AmiEvent:
    return AmiEvent("Newstate", fields, AT)


def escape_c(text: str) -> str:
    """What ast_escape_c does."""
    return "".join(f"\\{C_ESCAPES[c]}" if c in C_ESCAPES else c for c in text)


@given(st.text() | st.text(alphabet="\a\b\f\n\r\t\v\\'\"?abn"))
def test_a06_unescape_undoes_what_asterisk_escapes(text: str) -> None:
    assert unescape(escape_c(text)) == text


@pytest.mark.parametrize(("text", "expected"), [("a\\", "a\\"), ("\\x", "x"), ("\\\\n", "\\n")])
def test_odd_escapes(text: str, expected: str) -> None:
    assert unescape(text) == expected


def test_the_time_stamp_is_aware_utc() -> None:
    stamp = event(Timestamp="1795508167.554876").timestamp
    assert stamp == datetime(2026, 11, 24, 8, 16, 7, 554876, tzinfo=UTC)


@pytest.mark.parametrize("bad", ["", "x", "nan", "inf", "1e300", "-1e18"])
def test_a_bad_time_stamp_is_none(bad: str) -> None:
    assert event(Timestamp=bad).timestamp is None
    assert event().timestamp is None


def test_the_request_id_is_found_in_our_action_ids_only() -> None:
    assert request_id("0123456789abcdef-12/offer/7") == "offer/7"
    assert event(ActionID="0123456789abcdef-12/r1").request_id == "r1"
    for foreign in ("", "12", "action/uuid/1/1", "0123456789abcdef-12", "0123456789abcdef-12/"):
        assert request_id(foreign) is None
