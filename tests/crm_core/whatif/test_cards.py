"""The product's own past: whoever began at his keypad is played again from his queue on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm_core.database import Database
from crm_core.whatif.calls import Recording
from crm_core.whatif.cards import past
from crm_core.whatif.noticed import calls_of
from routing.decision import Decision
from routing.notices import CallChanged, CallView
from routing.terms import CallState
from tests.crm_core.calls import add_card, view
from tests.crm_core.whatif.past_days import MORNING
from tests.crm_core.whatif.test_runs import DAY, ZONE

KEYPAD = timedelta(seconds=90)
WAIT = timedelta(seconds=12)


def calls() -> Sequence[CallView]:
    """One answered after a minute and a half at the keypad, one who served himself there, one who
    hung up there."""
    queued = MORNING + KEYPAD
    past_it: dict[str, Any] = {"arrived_at": MORNING, "queued_at": queued}
    answered = {"answered_at": queued + WAIT, "ended_at": queued + 3 * WAIT}
    return (
        view("c1", state=CallState.CLOSED, **past_it, **answered),
        view("c2", state=CallState.SELF_SERVED, **past_it, ended_at=queued),
        view("c3", state=CallState.ABANDONED, **past_it, ended_at=queued),
    )


def check(recorded: Recording) -> None:
    (call,) = recorded.calls
    assert (call.arrived_at, call.waited) == (MORNING + KEYPAD, WAIT.total_seconds())
    assert recorded.left_out == {"at_keypad": 2}


async def test_from_cards(db: Database) -> None:
    await add_card(db, *calls())
    async with db.reading() as session:
        check((await past(session, DAY, DAY, ZONE)).recording)


def test_from_the_journal() -> None:
    notices = tuple(CallChanged(call=one) for one in calls())
    check(calls_of([Decision(commands=(), notices=notices)], ZONE))
