"""Calls for the tests: pictures as routing tells them, and journals that hold them."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm_core.cards import JournalEntry
from crm_core.cards.rows import card_row, write_rows
from crm_core.database import Database
from routing.decision import Decision
from routing.facts import Candidate, Fact, TimePassed
from routing.ids import AgentId, CallId, FactId, NodeId, OfferId, PartyId, QueueId
from routing.notices import (
    AgentChanged,
    AgentView,
    CallChanged,
    CallView,
    Considered,
    OfferView,
)
from routing.terms import (
    Basis,
    CallState,
    EndReason,
    Match,
    OfferKind,
    OfferOutcome,
    PassedOver,
    WrapUpMode,
)
from tests.crm_core.conftest import START

NUMBER = "+79455550101"


def view(call: str = "pbx1-1.1", **changes: Any) -> CallView:
    """A call that just came in."""
    fresh = CallView(
        call=CallId(call),
        node=NodeId("pbx1"),
        version=1,
        state=CallState.QUEUED,
        number=NUMBER,
        raw_number="8 945 555 01 01",
        caller_name="",
        dialled="100",
        queue=QueueId("service"),
        match=Match.UNKNOWN,
        candidates=(),
        managers=(),
        arrived_at=START,
        queued_at=START,
        answered_at=None,
        ended_at=None,
        wrap_up_deadline=None,
        wrap_up_mode=WrapUpMode.TIMED,
        closed_at=None,
        held_since=None,
        held_seconds=0,
        end_reason=None,
        agent=None,
        consulting=None,
        consult_connected=False,
        offers=(),
        transfers=0,
        fell_back=False,
    )
    return dataclasses.replace(fresh, **changes)


def talking(call: str, agent: AgentId, **changes: Any) -> CallView:
    """A call that the agent has."""
    given = {"version": 3, "state": CallState.TALKING, "offers": (offer(agent),)}
    answered = START + timedelta(seconds=8)
    return view(call, **{**given, "agent": agent, "answered_at": answered, **changes})


def over(call: str, agent: AgentId, state: CallState, **changes: Any) -> CallView:
    """A call whose caller has gone after a talk."""
    ended = START + timedelta(seconds=68)
    given = {"version": 5, "state": state, "ended_at": ended, "end_reason": EndReason.CALLER}
    return talking(call, agent, **{**given, **changes})


def offer(agent: AgentId, outcome: OfferOutcome = OfferOutcome.ANSWERED) -> OfferView:
    return OfferView(
        offer=OfferId("o1"),
        agent=agent,
        kind=OfferKind.CALL,
        basis=Basis.PRIORITY_MANAGER,
        rank=2,
        made_at=START,
        outcome=outcome,
        ended_at=None,
        passed_over=(Considered(agent=AgentId("busy"), why=PassedOver.ON_CALL, rank=1),),
    )


def suggested(party: PartyId) -> dict[str, Any]:
    """What a call's picture has when its number belongs to one party."""
    candidate = Candidate(party=party, name="Somebody", reason="mobile_number")
    return {"match": Match.ONE, "candidates": (candidate,)}


async def add_card(db: Database, *views: CallView) -> None:
    """Write cards without a journal."""
    async with db.unit_of_work() as session:
        rows = [card_row(one, position="0", recorded_at=START) for one in views]
        await write_rows(session, rows)


class ListJournal:
    """A journal in memory. Positions sort as text."""

    def __init__(self) -> None:
        self.kept: list[JournalEntry] = []

    def tell(self, *views: CallView, agents: Sequence[AgentView] = ()) -> None:
        """Append one decision with these pictures."""
        place = f"{len(self.kept):012d}"
        fact: Fact = TimePassed(id=FactId(f"t{place}"), at=START)
        told = [CallChanged(call=one) for one in views]
        decision = Decision(notices=(*told, *(AgentChanged(agent=one) for one in agents)))
        self.kept.append(JournalEntry(place, fact, decision))

    def read(self, after: str | None, limit: int) -> Sequence[JournalEntry]:
        start = 0 if after is None else int(after) + 1
        return self.kept[start : start + limit]
