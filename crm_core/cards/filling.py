"""The agent's part of a card: drafts, the choice of the party, and completing it.

A card belongs to the agent who has the call, and its drafts also to those who were asked to take
it. Every check is made on the locked row. Rules of the card only: whether the employee may be
here at all is the edge's matter.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.cards.card import (
    CardClosed,
    CardIncomplete,
    CardNotYours,
    CardUnknown,
    DraftStale,
    FieldError,
)
from crm_core.catalogue import Catalogue
from crm_core.corebank.outbox import OutboxKind, publish
from crm_core.database import moment
from crm_core.duplicates.merging import standing
from crm_core.errors import PartyUnknown
from crm_core.models import CallCard, Party
from crm_core.tasks.follow_up import Ended, remember_follow_up
from routing.ids import AgentId, CallId, PartyId
from routing.terms import CallState, OfferOutcome

_LONGEST = {
    "caller_name": 200,
    "topic": 64,
    "essence": 4_000,
    "disposition": 64,
    "follow_up": 1_000,
}
_REQUIRED = ("caller_name", "topic", "essence", "disposition")
_ASKED = frozenset({OfferOutcome.OPEN, OfferOutcome.ANSWERED})


async def save_draft(
    session: AsyncSession, call: CallId, agent: AgentId, fields: Mapping[str, str], rev: int
) -> int:
    """Keep what is typed so far; fields that are not given stay. The new revision.

    `rev` is the revision that the fields were typed over. Raises CardUnknown, CardNotYours,
    CardClosed, DraftStale, and CardIncomplete for a field that cannot be kept.
    """
    kept = _checked(fields)
    row = await _locked(session, call)
    if not _takes_part(row, agent):
        raise CardNotYours
    if row.completed_at is not None:
        raise CardClosed
    if row.rev != rev:
        raise DraftStale(row.rev)
    await _save(session, row, agent, {**kept})
    return rev + 1


async def complete(
    session: AsyncSession,
    call: CallId,
    agent: AgentId,
    fields: Mapping[str, str],
    *,
    catalogue: Catalogue,
) -> None:
    """Finish the card, with its draft where a field is not given. The same again is no error.

    Raises CardIncomplete with all that is missing, CardUnknown, CardNotYours, CardClosed.
    """
    given = _checked(fields)
    row = await _locked(session, call)
    if row.agent != agent:
        raise CardNotYours
    filled = {name: given.get(name, getattr(row, name)) for name in _LONGEST}
    if row.completed_at is not None:
        if all(getattr(row, name) == value for name, value in filled.items()):
            return
        raise CardClosed
    if errors := _incomplete(filled, catalogue):
        raise CardIncomplete(errors)
    await _save(session, row, agent, {**filled, **_completion(agent, moment(session))})
    party = row.party or row.suggested_party
    ended = Ended(
        call=call,
        party=await standing(session, party) if party else None,
        agent=agent,
        disposition=filled["disposition"],
        follow_up=filled["follow_up"],
    )
    await remember_follow_up(session, ended)
    await _tell_bank(session, ended, topic=filled["topic"])
    await record(
        session,
        Action.CARD_COMPLETED,
        actor=agent,
        subject=Subject(kind="call", id=call),
        reason=filled["disposition"],
    )


async def _tell_bank(session: AsyncSession, ended: Ended, *, topic: str) -> None:
    """The bank is told of calls with its clients, by codes: what was said stays here."""
    if ended.party is None:
        return
    payload = {
        "call": ended.call,
        "agent": ended.agent,
        "topic": topic,
        "disposition": ended.disposition,
        "completed_at": moment(session).isoformat(),
    }
    await publish(session, OutboxKind.CALL_LOGGED, ended.party, payload)


async def choose_party(
    session: AsyncSession, call: CallId, agent: AgentId, party: PartyId | None
) -> None:
    """The agent says who it is, or with None that it is none of them. A party that gave way to
    another in a merge is that one."""
    row = await _locked(session, call)
    if not _takes_part(row, agent):
        raise CardNotYours
    if row.completed_at is not None:
        raise CardClosed
    if party is not None:
        party = await standing(session, party)
        if await session.get(Party, party) is None:
            raise PartyUnknown
    await session.execute(update(CallCard).where(CallCard.call == call).values(party=party))
    await record(
        session,
        Action.PARTY_CHOSEN,
        actor=agent,
        subject=Subject(kind="party", id=party or ""),
        reason=f"call:{call}",
    )


def _checked(fields: Mapping[str, str]) -> dict[str, str]:
    errors = [FieldError(field=name, code="no_such_field") for name in fields.keys() - _LONGEST]
    kept = {name: _clean(fields[name]) for name in _LONGEST if name in fields}
    errors += [
        FieldError(field=name, code="too_long")
        for name, value in kept.items()
        if len(value) > _LONGEST[name]
    ]
    if errors:
        raise CardIncomplete(errors)
    return kept


def _clean(text: str) -> str:
    """Neither database nor browser is given a NUL or half a surrogate pair."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()


def _incomplete(filled: Mapping[str, str], catalogue: Catalogue) -> list[FieldError]:
    errors = [FieldError(field=name, code="missing") for name in _REQUIRED if not filled[name]]
    if filled["topic"] and catalogue.topic(filled["topic"]) is None:
        errors.append(FieldError(field="topic", code="not_in_catalogue"))
    if filled["disposition"] and catalogue.disposition(filled["disposition"]) is None:
        errors.append(FieldError(field="disposition", code="not_in_catalogue"))
    return errors


def _completion(agent: AgentId, now: datetime) -> dict[str, Any]:
    finished_late = CallCard.state == CallState.CLOSED_INCOMPLETE
    return {
        "completed_at": now,
        "completed_by": agent,
        "state": case((finished_late, CallState.CLOSED), else_=CallCard.state),
    }


async def _locked(session: AsyncSession, call: CallId) -> Row[Any]:
    columns = (
        CallCard.call,
        CallCard.agent,
        CallCard.offers,
        CallCard.rev,
        CallCard.completed_at,
        CallCard.party,
        CallCard.suggested_party,
        *(getattr(CallCard, name) for name in _LONGEST),
    )
    statement = select(*columns).where(CallCard.call == call).with_for_update()
    row = (await session.execute(statement)).first()
    if row is None:
        raise CardUnknown
    return row


def _takes_part(row: Row[Any], agent: AgentId) -> bool:
    asked = (offer["agent"] for offer in row.offers if offer["outcome"] in _ASKED)
    return agent == row.agent or agent in asked


async def _save(
    session: AsyncSession, row: Row[Any], agent: AgentId, values: dict[str, Any]
) -> None:
    saved = {"rev": row.rev + 1, "saved_at": moment(session), "saved_by": agent}
    statement = update(CallCard).where(CallCard.call == row.call).values(**values, **saved)
    await session.execute(statement)
