"""Past calls as cards, and what followed: what agents did, talks in the cases of debtors, clients
told a decision.

A card has no direction yet: a call that the bank made is a card whose number is the client's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.states import DECIDED
from crm_core.bank.terms import VerificationLevel, VerifiedHow
from crm_core.cards.rows import card_row
from crm_core.collections.cases import Seen, StepDone, do_step
from crm_core.collections.states import Channel, ContactOutcome
from crm_core.corebank.bulk import insert_rows
from crm_core.demo.extra.ground import Cells, Ground
from crm_core.demo.extra.shifts import COLUMNS as STATE_COLUMNS
from crm_core.demo.extra.shifts import Talk, states
from crm_core.demo.generator.calls import COLUMNS
from crm_core.demo.generator.duty import WRAPS_UP, shift_of
from crm_core.demo.generator.staff import COLUMNS_OF_STAFF
from crm_core.models import (
    AgentState,
    CallCard,
    CaseEventRow,
    CollectionCase,
    CreditApplication,
    Party,
)
from crm_core.reports.agent_states import settle_handling
from routing.facts import Candidate
from routing.ids import AgentId, CallId, NodeId, PartyId, QueueId
from routing.notices import CallView
from routing.terms import CallState, EndReason, Match, WrapUpMode

_NODE, _QUEUE, _DIALLED = NodeId("demo-bank"), QueueId("service"), "4000"
_OFFICE_HOURS = shift_of("09:00-18:00")
_AT_ONCE = 5_000
_UNNAMED = "—"
_BY_NUMBER = "mobile_number"
_OUTCOMES = {"third_party": ContactOutcome.THIRD_PARTY, "": ContactOutcome.NOT_REACHED}
"""What a call about a debt is in its case, by the card's disposition."""


async def load_calls(session: AsyncSession, ground: Ground) -> int:
    """How many calls are new."""
    known = set(await session.scalars(select(CallCard.call).where(CallCard.node == _NODE)))
    fresh = [row for row in ground.rows("calls", COLUMNS) if row["call_key"] not in known]
    found = await session.execute(select(Party.id, Party.display_name))
    names = dict(found.all())
    talked: list[tuple[AgentId, Talk]] = []
    for at in range(0, len(fresh), _AT_ONCE):
        cards = [_card(row, ground, names) for row in fresh[at : at + _AT_ONCE]]
        columns = tuple(cards[0])
        await insert_rows(session, CallCard, columns, [tuple(one.values()) for one in cards])
        talked += [_talk(card) for card in cards if card["agent"] and card["answered_at"]]
    await _tell_states(session, ground, talked)
    for row in fresh:
        if row["direction"] == "out" and row["party_key"]:
            await _followed(session, row, ground)
    return len(fresh)


async def _tell_states(
    session: AsyncSession, ground: Ground, talked: list[tuple[AgentId, Talk]]
) -> None:
    """What the agents did on the days of these calls."""
    shifts = {
        ground.agents[row["username"]]: shift_of(row["shift"])
        for row in ground.rows("staff", COLUMNS_OF_STAFF)
        if row["username"] in ground.agents
    }
    talks: dict[AgentId, list[Talk]] = {}
    for agent, talk in talked:
        talks.setdefault(agent, []).append(talk)
    for agent, his in talks.items():
        rows = list(states(agent, his, shifts.get(agent, _OFFICE_HOURS)))
        await insert_rows(session, AgentState, STATE_COLUMNS, rows)
    calls = [talk.call for _agent, talk in talked]
    for at in range(0, len(calls), _AT_ONCE):
        await settle_handling(session, calls[at : at + _AT_ONCE])


def _talk(card: dict[str, Any]) -> tuple[AgentId, Talk]:
    times = {name: card[name] for name in ("answered_at", "ended_at", "closed_at")}
    return card["agent"], Talk(call=card["call"], queue=card["queue"], **times)


def _card(row: Cells, ground: Ground, names: Mapping[PartyId, str]) -> dict[str, Any]:
    view = _view(row, ground, names)
    filled = view.answered_at is not None and bool(row["disposition"] and row["essence"])
    party = ground.parties.get(row["party_key"])
    drained = card_row(view, position="", recorded_at=view.ended_at or view.arrived_at)
    at, by = (view.closed_at, view.agent) if filled else (None, None)
    return drained | {
        "state": CallState.CLOSED if filled else drained["state"],
        "party": party if filled else None,
        "caller_name": names.get(party, _UNNAMED) if party and filled else _UNNAMED * filled,
        "topic": row["topic"],
        "essence": row["essence"],
        "disposition": row["disposition"],
        "rev": int(filled),
        "saved_at": at,
        "saved_by": by,
        "completed_at": at,
        "completed_by": by,
    }


def _view(row: Cells, ground: Ground, names: Mapping[PartyId, str]) -> CallView:
    arrived_at = datetime.fromisoformat(row["arrived_at"])
    queued_at = arrived_at + timedelta(seconds=int(row["ivr_s"]))
    left_queue_at = queued_at + timedelta(seconds=int(row["waited_s"]))
    ended_at = left_queue_at + timedelta(seconds=int(row["talked_s"]))
    answered, made = row["outcome"] == "answered", row["direction"] == "out"
    party, number = ground.parties.get(row["party_key"]), row["number"]
    known = [Candidate(party=party, name=names[party], reason=_BY_NUMBER)] if party else []
    match = Match.ONE if party and number else Match.UNKNOWN if number else Match.WITHHELD
    return CallView(
        call=CallId(row["call_key"]),
        node=_NODE,
        version=1,
        state=CallState.CLOSED if answered else CallState.ABANDONED,
        number=number or None,
        raw_number=number,
        caller_name="",
        dialled=number if made else _DIALLED,
        queue=_QUEUE,
        match=match,
        candidates=tuple(known) if number else (),
        managers=(),
        arrived_at=arrived_at,
        queued_at=queued_at,
        answered_at=left_queue_at if answered else None,
        ended_at=ended_at,
        wrap_up_deadline=None,
        wrap_up_mode=WrapUpMode.TIMED,
        closed_at=ended_at + WRAPS_UP if answered else ended_at,
        held_since=None,
        held_seconds=0,
        end_reason=EndReason.AGENT if made else EndReason.CALLER,
        agent=ground.agents.get(row["agent"]),
        consulting=None,
        consult_connected=False,
        offers=(),
        transfers=int(row["transfers"]),
        fell_back=False,
    )


async def _followed(session: AsyncSession, row: Cells, ground: Ground) -> None:
    if row["topic"] == "arrears":
        await _talked_of_debt(session, row, ground)
    elif row["disposition"] == "informed":
        await _told_decision(session, row, ground)


async def _talked_of_debt(session: AsyncSession, row: Cells, ground: Ground) -> None:
    """The call stands in the debtor's case, at its own time."""
    case = CollectionCase
    mine = case.party == ground.parties[row["party_key"]], case.closed_on.is_(None)
    held = await session.scalar(select(case).where(*mine))
    if held is None:
        return
    call = CallId(row["call_key"])
    seen = Seen(case=held.id, version=held.row_version, by=ground.collector, on=ground.day)
    outcome = _OUTCOMES.get(row["disposition"], ContactOutcome.RIGHT_PARTY)
    done = StepDone(channel=Channel.CALL, outcome=outcome, call=call, note=row["essence"])
    await do_step(session, seen, done, ground.collecting)
    at = datetime.fromisoformat(row["arrived_at"])
    event = CaseEventRow
    await session.execute(update(event).where(event.call == call).values(at=at))


async def _told_decision(session: AsyncSession, row: Cells, ground: Ground) -> None:
    """The client knows the decision since that call, in which the agent was sure who it was."""
    call, party = CallId(row["call_key"]), ground.parties[row["party_key"]]
    card = await session.get_one(CallCard, call)
    card.verification, card.verified_party = int(VerificationLevel.KNOWLEDGE), party
    card.verified_by, card.verified_at = card.agent, card.answered_at
    card.verified_how = VerifiedHow.AGENT
    await session.flush()
    one = CreditApplication
    untold = one.party == party, one.client_informed_at.is_(None), one.state.in_(DECIDED.values())
    told = {"client_informed_at": card.answered_at, "informed_in_call": call}
    await session.execute(update(one).where(*untold).values(**told))
