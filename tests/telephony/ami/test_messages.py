"""Reading single headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from telephony.ami.messages import AmiEvent, request_id

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def event(**fields: str) -> AmiEvent:
    return AmiEvent("Newstate", fields, AT)


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
