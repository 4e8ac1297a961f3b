"""The token bucket of one client's messages."""

from hypothesis import given
from hypothesis import strategies as st

from agent_ui.live.pace import Pace


def test_a_burst_and_then_the_rate() -> None:
    pace = Pace(rate=2, burst=3, now=0)
    assert [pace.allows(0) for _ in range(4)] == [True, True, True, False]
    assert pace.allows(0.5)
    assert not pace.allows(0.6)
    assert [pace.allows(100) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_burst_and_rate(gaps: list[float]) -> None:
    pace, now, allowed = Pace(rate=3, burst=5, now=0), 0.0, 0
    for gap in gaps:
        now += gap
        allowed += pace.allows(now)
    assert allowed <= 5 + 3 * now + 1e-6
