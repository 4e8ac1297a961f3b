"""From a call's picture in a notice to its row, and into the table: pure but for its statements.

The greater version of a call holds, however often and in whatever order pictures come.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import VerifiedHow
from crm_core.cards.keyed import keyed_document, proof_of, taken_for
from crm_core.models import CallCard, Party
from crm_core.upsert import insert_into
from routing.notices import CallView, Listener, OfferView, PoolCount, StepView
from routing.terms import CallState, WrapUpMode

_MUST_BE_FILLED = frozenset({WrapUpMode.MANDATORY, WrapUpMode.TIMED})
_UNPROVED: dict[str, Any] = {
    "verification": 0,
    "verified_party": None,
    "verified_at": None,
    "verified_how": None,
}
_AS_THEY_ARE = (
    "call",
    "node",
    "version",
    "queue",
    "match",
    "arrived_at",
    "queued_at",
    "answered_at",
    "ended_at",
    "wrap_up_deadline",
    "wrap_up_mode",
    "closed_at",
    "held_since",
    "held_seconds",
    "end_reason",
    "agent",
    "consulting",
    "consult_connected",
    "transfers",
    "fell_back",
    "direction",
    "callback_of",
)


def card_row(view: CallView, *, position: str, recorded_at: datetime) -> dict[str, Any]:
    """The drainer's columns. Candidates are kept by id: a name belongs to its party."""
    must_be_filled = view.answered_at is not None and view.wrap_up_mode in _MUST_BE_FILLED
    keyed = view.self_service
    return {
        **{name: getattr(view, name) for name in _AS_THEY_ARE},
        **_proof(view),
        "state": _state_without_paperwork(view.state, must_be_filled=must_be_filled),
        "must_be_filled": must_be_filled,
        "number": _storable(view.number) if view.number else None,
        "raw_number": _storable(view.raw_number),
        "network_name": _storable(view.caller_name),
        "dialled": _storable(view.dialled),
        "candidates": [
            {"party": c.party, "reason": c.reason, "managers": list(c.managers)}
            for c in view.candidates
        ],
        "suggested_party": taken_for(view),
        "managers": list(view.managers),
        "offers": [_offer(offer) for offer in view.offers],
        "routing": _routing(view),
        "self_service": keyed_document(view),
        "ivr_path": keyed.path if keyed else "",
        "topic": keyed.topic if keyed and view.state is CallState.SELF_SERVED else "",
        "position": position,
        "recorded_at": recorded_at,
    }


async def write_rows(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or renew cards, one row a call; an older or equal version changes nothing."""
    rows = await _without_strangers(session, rows)
    statement = insert_into(session, CallCard)
    new = statement.excluded
    renewed: dict[str, Any] = {name: new[name] for name in rows[0] if name != "call"}
    renewed["state"] = _state_with_paperwork(new)
    renewed["topic"] = case((CallCard.topic == "", new.topic), else_=CallCard.topic)
    renewed |= _unless_the_agent_spoke(new)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[CallCard.call],
            set_=renewed,
            where=CallCard.version < new.version,
        ),
        rows,
    )


async def _without_strangers(
    session: AsyncSession, rows: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """A card is not refused because the party that was proved is not there."""
    proved = {row["verified_party"] for row in rows} - {None}
    if not proved:
        return rows
    known = set(await session.scalars(select(Party.id).where(Party.id.in_(proved))))
    strange = proved - known
    return [row | _UNPROVED if row["verified_party"] in strange else row for row in rows]


def _proof(view: CallView) -> dict[str, Any]:
    """What a PIN said of the caller."""
    proof = proof_of(view)
    if proof is None:
        return _UNPROVED
    return {
        "verification": int(proof.level),
        "verified_party": proof.party,
        "verified_at": proof.at,
        "verified_how": VerifiedHow.PIN,
    }


def _unless_the_agent_spoke(new: Any) -> dict[str, Any]:
    """A newer PIN's word takes the place of an older; an agent's stays, whatever is keyed."""
    row = CallCard
    silent = row.verified_how.is_(None)
    newer = (row.verified_how == VerifiedHow.PIN) & (row.verified_at < new.verified_at)
    take = (new.verified_how == VerifiedHow.PIN) & (silent | newer)
    return {name: case((take, new[name]), else_=getattr(row, name)) for name in _UNPROVED}


def _state_without_paperwork(state: CallState, *, must_be_filled: bool) -> CallState:
    """A card that must be filled is not closed by the engine's word alone."""
    if state is CallState.CLOSED and must_be_filled:
        return CallState.CLOSED_INCOMPLETE
    return state


def _state_with_paperwork(new: Any) -> Any:
    """Decided on the row itself: the agent's completing may have been faster than the notice."""
    completed = (new.state == CallState.CLOSED_INCOMPLETE) & CallCard.completed_at.is_not(None)
    return case((completed, CallState.CLOSED), else_=new.state)


def _offer(offer: OfferView) -> dict[str, Any]:
    return {
        "offer": offer.offer,
        "agent": offer.agent,
        "kind": offer.kind,
        "basis": offer.basis,
        "rank": offer.rank,
        "made_at": offer.made_at.isoformat(),
        "outcome": offer.outcome,
        "ended_at": offer.ended_at.isoformat() if offer.ended_at else None,
        "passed_over": [
            {"agent": passed.agent, "why": passed.why, "rank": passed.rank}
            for passed in offer.passed_over
        ],
        "pool": offer.pool and _pool(offer.pool),
        "waited": offer.waited,
    }


def _pool(pool: PoolCount) -> dict[str, Any]:
    return {"queue": pool.queue, "able": pool.able, "free": pool.free, "busy": dict(pool.busy)}


def _routing(view: CallView) -> dict[str, Any]:
    """What explains the call's way; times are ISO 8601, credit is seconds, rate is percent."""
    return {
        "rules": list(view.rules),
        "rules_version": view.rules_version,
        "plan": [_step(step) for step in view.plan],
        "waits_for": view.waits_for and [view.waits_for[0], view.waits_for[1].isoformat()],
        "credit": view.credit,
        "rate": view.rate,
        "callback_offered": view.callback_offered,
        "dismissal": view.dismissal,
        "attempts": view.attempts,
        "listeners": [_listener(one) for one in view.listeners],
    }


def _listener(one: Listener) -> dict[str, Any]:
    """A supervisor who was beside the call; without `since` he never heard it."""
    return {
        "supervisor": one.supervisor,
        "mode": one.mode,
        "since": one.since.isoformat() if one.since else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }


def _step(step: StepView) -> dict[str, Any]:
    return {
        "basis": step.basis,
        "opens_at": step.opens_at.isoformat(),
        "queue": step.queue,
        "needs": dict(step.needs),
        "agents": list(step.agents),
    }


def _storable(text: str) -> str:
    """PostgreSQL refuses NUL and half a surrogate pair; a trunk may send either."""
    return text.replace("\0", "").encode(errors="replace").decode()
