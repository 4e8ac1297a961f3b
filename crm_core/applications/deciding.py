"""Votes, and what they decide; and that the applicant was told.

A decision leaves a fact, `DecisionMade`, that campaigns start from. That the client knows it is
never assumed: it is set for a conversation in which his identity was verified, and for that alone.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import KIND, LONGEST_NOTE, Ballot, TellingRefused
from crm_core.applications.held import Held, move, remember, take, today
from crm_core.applications.rights import Act, permit
from crm_core.applications.states import DECIDED, ApplicationMove, VoteChoice
from crm_core.applications.voting import Outcome, Vote, outcome
from crm_core.audit import Action, Subject, record
from crm_core.bank.reveal import SELF_SERVICE
from crm_core.bank.terms import VerificationLevel
from crm_core.corebank.outbox import OutboxKind, publish
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.models import ApplicationVote, CallCard, DecisionMade
from crm_core.staff.employees import Employee
from crm_core.worktime import clocks
from routing.ids import CallId, PartyId

_MOVES = {
    VoteChoice.APPROVE: ApplicationMove.APPROVE,
    VoteChoice.COUNTER: ApplicationMove.COUNTER,
    VoteChoice.DECLINE: ApplicationMove.DECLINE,
}


async def vote(
    session: AsyncSession,
    application: str,
    ballot: Ballot,
    *,
    by: Employee,
    shown: int | None = None,
) -> Outcome | None:
    """Cast a vote; the decision if it was the last that was needed.

    Raises ApplicationUnknown, ApplicationStale, NotPermitted, FieldRefused.
    """
    held = await take(session, application, shown=shown)
    permit(held.standing, Act.VOTE, by)
    counter = _counter(held, ballot)
    session.add(
        ApplicationVote(
            id=new_id(),
            application=application,
            round=held.row.round,
            voter=by.id,
            choice=ballot.choice,
            counter_minor=counter,
            note=ballot.note.strip(),
            at=moment(session),
        )
    )
    held.row.updated_at = moment(session)
    await session.flush()
    await remember(session, held.row, f"vote_{ballot.choice}", by=by.id, note=ballot.note.strip())
    decided = await _tally(session, held)
    if decided is not None:
        await _decide(session, held, decided, by=by)
    await record(
        session,
        Action.APPLICATION_VOTED,
        actor=by.id,
        subject=Subject(kind=KIND, id=application),
        reason=ballot.choice.value,
        detail={"decision": decided.decision.value} if decided else {},
    )
    return decided


async def tell(
    session: AsyncSession,
    application: str,
    call: CallId,
    *,
    by: Employee,
    shown: int | None = None,
) -> None:
    """The applicant was told the decision in this call of the employee's, in which he had made sure
    that it was the applicant. Raises ApplicationUnknown, NotPermitted, TellingRefused."""
    held = await take(session, application, shown=shown)
    permit(held.standing, Act.TELL, by)
    card = CallCard
    columns = (card.agent, card.answered_at, card.verification, card.verified_party)
    found = (await session.execute(select(*columns).where(card.call == call))).first()
    sure = (
        found is not None
        and found.agent == by.id
        and found.verified_party == held.row.party
        and VerificationLevel(found.verification).opens_amounts
        and found.answered_at is not None
    )
    if not sure:
        raise TellingRefused
    await _informed(session, held, call, by=by.id)


async def tell_by_self_service(
    session: AsyncSession, application: str, call: CallId, *, party: PartyId
) -> bool:
    """The verified party heard the decision to its end at its keypad. Whether that was news: only
    its own application's counts, only a decision, and the first time stands.

    Raises ApplicationUnknown.
    """
    held = await take(session, application, shown=None)
    told_of = held.row.state in DECIDED.values() and not held.standing.told
    if held.row.party != party or not told_of:
        return False
    await _informed(session, held, call, by=SELF_SERVICE)
    return True


async def _informed(session: AsyncSession, held: Held, call: CallId, *, by: str) -> None:
    application, now = held.row.id, moment(session)
    held.row.client_informed_at, held.row.informed_in_call, held.row.updated_at = now, call, now
    await session.flush()
    await remember(session, held.row, Act.TELL.value, by=by)
    payload = {
        "application": application,
        "decision": held.row.decision,
        "call": call,
        "told_at": now.isoformat(),
    }
    await publish(session, OutboxKind.APPLICATION_TOLD, held.row.party, payload)
    subject = Subject(kind=KIND, id=application)
    await record(session, Action.APPLICATION_TOLD, actor=by, subject=subject, reason=f"call:{call}")


def _counter(held: Held, ballot: Ballot) -> int | None:
    if len(ballot.note) > LONGEST_NOTE:
        raise FieldRefused("note", "too_long")
    if ballot.choice is not VoteChoice.APPROVE and not ballot.note.strip():
        raise FieldRefused("note", "missing")
    if ballot.choice is not VoteChoice.COUNTER:
        return None
    if ballot.counter is None or ballot.counter.currency != held.row.currency:
        raise FieldRefused("counter", "missing")
    if not 0 < ballot.counter.minor < held.row.amount_minor:
        raise FieldRefused("counter", "not_smaller")
    return ballot.counter.minor


async def _tally(session: AsyncSession, held: Held) -> Outcome | None:
    row = ApplicationVote
    mine = row.application == held.row.id, row.round == held.row.round
    cast = await session.execute(select(row.voter, row.choice, row.counter_minor).where(*mine))
    votes = [Vote(voter=voter, choice=choice, counter_minor=minor) for voter, choice, minor in cast]
    return outcome(votes, held.stage.votes, asked_minor=held.row.amount_minor)


async def _decide(session: AsyncSession, held: Held, decided: Outcome, *, by: Employee) -> None:
    row, now = held.row, moment(session)
    day = await today(session)
    await clocks.stop(session, KIND, row.id)
    row.decision, row.decided_at, row.approved_minor = decided.decision, now, decided.minor
    if decided.minor is not None:
        row.decision_expires_on = day + timedelta(days=held.route.valid_days)
    stage, row.stage = row.stage, None
    made = _MOVES[decided.decision]
    await move(session, row, made, by=by.id, stage=stage)
    session.add(DecisionMade(application=row.id, party=row.party, decision=row.decision, at=now))
    await session.flush()
