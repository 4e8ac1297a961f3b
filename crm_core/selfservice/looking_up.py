"""What the bank answers to a caller at his keypad: the gate before the subjects, and the audit.

nobody verified, or a party that a machine tells nothing   -> REFUSED
the database or the bank is silent, or its data are wrong  -> AWAY
there is no such thing                                     -> NONE
older than it may be told                                  -> STALE, and only how old
otherwise                                                  -> FOUND, audited in the transaction
                                                              that reads
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import ApplicationUnknown
from crm_core.applications.deciding import tell_by_self_service
from crm_core.applications.held import today as bank_day
from crm_core.bank.holdings import Holding, holdings
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import AgreementRole, AgreementStatus, VerificationLevel
from crm_core.corebank.alarms import AlarmCode, alarms
from crm_core.corebank.names import EntityName
from crm_core.database import Database, moment
from crm_core.errors import StorageAway
from crm_core.selfservice.answers import (
    OPEN_TO_ALL,
    Answer,
    AnswerKind,
    DecisionItem,
    DecisionState,
    Service,
)
from crm_core.selfservice.hearing import may_hear
from crm_core.selfservice.subjects import accounts, decisions, loans, offers
from crm_core.selfservice.subjects.found import Asked, Found
from routing.ids import CallId, PartyId

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds that a caller waits for the bank."""

_OWN = frozenset({AgreementRole.OWNER, AgreementRole.CO_HOLDER})
_OPEN = frozenset({AgreementStatus.ACTIVE, AgreementStatus.BLOCKED})
_ABOUT_MONEY = frozenset(Service) - OPEN_TO_ALL - {Service.CARDS}
_DECIDED = frozenset({DecisionState.APPROVED, DecisionState.DECLINED})

_Subject = Callable[[AsyncSession, Asked], Awaitable[Found]]
_SUBJECTS: Mapping[Service, _Subject] = MappingProxyType(
    {
        Service.BALANCE: accounts.balances,
        Service.CONTRACT: accounts.contracts,
        Service.STATEMENT: accounts.statement,
        Service.CARDS: accounts.cards,
        Service.SCHEDULE: loans.schedule,
        Service.DEBT: loans.debts,
        Service.DECISION: decisions.decisions,
    }
)

_E = EntityName
_HELD = frozenset({_E.PARTY, _E.AGREEMENT, _E.AGREEMENT_PARTY})
_RESTS_ON: Mapping[Service, frozenset[EntityName]] = MappingProxyType(
    {
        Service.BALANCE: _HELD | {_E.BALANCE},
        Service.CONTRACT: _HELD | {_E.LOAN},
        Service.STATEMENT: _HELD | {_E.ENTRY},
        Service.SCHEDULE: _HELD | {_E.LOAN, _E.INSTALMENT, _E.ENTRY},
        Service.DEBT: _HELD | {_E.ARREARS, _E.ENTRY},
        Service.DECISION: frozenset({_E.PARTY, _E.APPLICATION}),
        Service.CARDS: _HELD | {_E.CARD},
        Service.PRODUCTS: frozenset({_E.PRODUCT}),
        Service.BRANCHES: frozenset(),
    }
)
"""What of the core bank's data an answer is made of."""

_WRONG = frozenset(
    {
        AlarmCode.CONTROL_TOTALS,
        AlarmCode.BATCH_CHANGED,
        AlarmCode.BATCH_REFUSED,
        AlarmCode.SIZE_GUARD,
    }
)
"""Alarms that say of an entity as a whole that it is not what the bank has. The others are about
one row, which is one client's."""


class Answers:
    """Asks the bank on behalf of callers. Nothing raises because something is away."""

    def __init__(self, db: Database, *, patience: float = PATIENCE) -> None:
        self._db = db
        self._patience = patience

    async def answer(
        self, service: Service, *, party: PartyId | None, level: int, call: CallId
    ) -> Answer:
        """The answer for the party, of which it is so sure (`VerificationLevel`) that it calls."""
        try:
            async with asyncio.timeout(self._patience):
                if service in OPEN_TO_ALL:
                    return await self._to_all(service)
                if party is None or not _opens(level):
                    return _without(service, AnswerKind.REFUSED)
                look = Look.by_himself(call, VerificationLevel(level), asked=service)
                return await self._to_client(service, party, look)
        except (StorageAway, TimeoutError):
            log.warning("self_service.bank_away", call=call, service=service)
            return _without(service, AnswerKind.AWAY)

    async def told(self, answer: Answer, *, party: PartyId, call: CallId) -> None:
        """The party heard the answer to its end: of a decision it is no longer in the dark."""
        decided = [
            one.application
            for one in answer.items
            if isinstance(one, DecisionItem) and one.state in _DECIDED
        ]
        if not decided or answer.kind is not AnswerKind.FOUND:
            return
        try:
            async with asyncio.timeout(self._patience), self._db.unit_of_work() as session:
                for application in decided:
                    await tell_by_self_service(session, application, call, party=party)
        except (StorageAway, TimeoutError, ApplicationUnknown):
            log.warning("self_service.telling_lost", call=call)

    async def _to_all(self, service: Service) -> Answer:
        async with self._db.reading() as session:
            if await _is_wrong(session, service):
                return _without(service, AnswerKind.AWAY)
            subject = offers.branches if service is Service.BRANCHES else offers.products
            return _answer(service, await subject(session, await bank_day(session)))

    async def _to_client(self, service: Service, party: PartyId, look: Look) -> Answer:
        async with self._db.unit_of_work() as session:
            today = await bank_day(session)
            if not await may_hear(session, party, today):
                return _without(service, AnswerKind.REFUSED)
            if await _is_wrong(session, service):
                return _without(service, AnswerKind.AWAY)
            own = await _own(session, party)
            asked = Asked(party=party, now=moment(session), today=today, own=own)
            answer = _answer(service, await _SUBJECTS[service](session, asked))
            if answer.kind is AnswerKind.FOUND and service in _ABOUT_MONEY:
                await reveal(session, party, look)
            return answer


def _opens(level: int) -> bool:
    return level in tuple(VerificationLevel) and VerificationLevel(level).opens_amounts


def _without(service: Service, kind: AnswerKind) -> Answer:
    return Answer(service=service, kind=kind)


def _answer(service: Service, found: Found) -> Answer:
    if not found.items:
        return _without(service, AnswerKind.AWAY if found.untold else AnswerKind.NONE)
    if found.stale:
        return Answer(service=service, kind=AnswerKind.STALE, as_of=found.as_of)
    return Answer(service=service, kind=AnswerKind.FOUND, items=found.items, as_of=found.as_of)


async def _is_wrong(session: AsyncSession, service: Service) -> bool:
    return any(
        one.code in _WRONG and one.about.entity in _RESTS_ON[service]
        for one in await alarms(session)
    )


async def _own(session: AsyncSession, party: PartyId) -> tuple[Holding, ...]:
    held = {
        one.agreement: one
        for one in await holdings(session, party)
        if one.role in _OWN and one.status in _OPEN
    }
    return tuple(held.values())
