"""How a node's time is learned from late events and replies in whole seconds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from telephony.node_time import NodeTime

OURS = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

SECONDS = st.floats(min_value=-7200, max_value=7200).map(lambda s: timedelta(seconds=s))
DELAYS = st.floats(min_value=0, max_value=30).map(lambda s: timedelta(seconds=s))


def ask(learned: NodeTime, ours: datetime, ahead: timedelta, delay: timedelta) -> None:
    """The node is asked at `ours`; its clock is `ahead`; half of the delay is its way to us."""
    told = int((ours + delay / 2 + ahead).timestamp())
    learned.asked(told, sent_at=ours, replied_at=ours + delay)


@given(ahead=SECONDS, delay=st.just(timedelta(milliseconds=2)))
def test_one_reply_tells_it_to_a_second(ahead: timedelta, delay: timedelta) -> None:
    learned = NodeTime()
    ask(learned, OURS, ahead, delay)
    error = OURS + ahead - learned.now(OURS)
    assert abs(error) <= timedelta(seconds=1) + delay


@given(ahead=SECONDS, delays=st.lists(DELAYS, min_size=1))
def test_it_is_no_earlier_than_what_was_stamped_and_no_later_than_the_truth(
    ahead: timedelta, delays: list[timedelta]
) -> None:
    learned = NodeTime()
    ask(learned, OURS, ahead, timedelta())
    for delay in delays:
        at = OURS + ahead
        learned.stamped(at, received_at=OURS + delay)
        assert at <= learned.now(OURS + delay) <= OURS + delay + ahead + timedelta(seconds=1)


def test_late_news_does_not_set_the_clock_back() -> None:
    learned = NodeTime()
    learned.stamped(OURS, received_at=OURS)
    learned.stamped(OURS, received_at=OURS + timedelta(seconds=9))
    assert learned.now(OURS) == OURS


def test_clock_that_was_set_back_is_noticed() -> None:
    learned = NodeTime()
    learned.stamped(OURS + timedelta(hours=1), received_at=OURS)
    ask(learned, OURS, timedelta(), timedelta(milliseconds=2))
    assert abs(learned.now(OURS) - OURS) <= timedelta(seconds=1, milliseconds=2)
