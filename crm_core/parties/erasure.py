"""Erasure: of a person or organisation only ids and amounts are left, and the audit of what was.

What becomes of each table is `erasure_rules`. Refused while the party has anything open with the
bank: an agreement, a collection case, an application. Records that gave way to it in merges are the
same person and go with it. Done once: to ask again changes nothing. The chain of the audit holds
codes and ids alone, so it stays whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Table,
    Text,
    case,
    cast,
    delete,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.states import OPEN as OPEN_APPLICATIONS
from crm_core.audit import Action
from crm_core.bank.terms import AgreementStatus
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.models import (
    Agreement,
    AgreementParty,
    Base,
    CallCard,
    CoApplicant,
    CollectionCase,
    CreditApplication,
    DuplicatePair,
    ParkedRow,
    Party,
    PartyPhone,
    Person,
    PhoneNumber,
)
from crm_core.parties.attachments import forget_attachments
from crm_core.parties.editing import PartyErased, editable, edited
from crm_core.parties.erasure_rules import OPEN_PAIRS, RULES
from crm_core.search import forget
from routing.ids import PartyId

ERASED = "•••"
"""What stands where a name was."""


class ErasureReason(StrEnum):
    """Why a party is erased: a code, for the audit keeps it for ever."""

    ASKED = "asked"
    RETENTION_OVER = "retention_over"
    COLLECTED_BY_MISTAKE = "collected_by_mistake"


class AgreementOpen(Refused):
    """The party has an open agreement, its own or one that it answers for."""

    code = "agreement_open"


class CaseOpen(Refused):
    """A collection case of the party is open."""

    code = "case_open"


class ApplicationOpen(Refused):
    """The party applies for a loan, alone or with others, and nothing final came of it yet."""

    code = "application_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is left to do once the erasure is committed: files to drop by their keys, and messages
    that were left at keypads by their names."""

    files: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


async def erase(session: AsyncSession, party: PartyId, *, reason: ErasureReason, by: str) -> Erased:
    """Erase the party. Drop the files of the answer after the commit; the sweep does if not, the
    one of messages when they are old.

    Raises PartyUnknown, PartyMerged, AgreementOpen, CaseOpen, ApplicationOpen.
    """
    try:
        row = await editable(session, party)
    except PartyErased:
        return Erased()
    records = [row, *await _gave_way(session, party)]
    for one in records:
        await _refuse_open(session, one.id)
    messages = [name for one in records for name in await _left(session, one.id)]
    files = [key for one in records for key in await _clear(session, one)]
    await edited(session, party, Action.PARTY_ERASED, by=by, reason=reason.value)
    return Erased(files=tuple(files), messages=tuple(messages))


async def _gave_way(session: AsyncSession, party: PartyId) -> list[Party]:
    """The records that gave way to this one, and those that gave way to them."""
    found: list[Party] = []
    asked = [party]
    while asked:
        rows = (await session.scalars(select(Party).where(Party.merged_into.in_(asked)))).all()
        found += rows
        asked = [one.id for one in rows]
    return found


async def _left(session: AsyncSession, party: PartyId) -> list[str]:
    """Names of the messages in its calls."""
    keyed = select(CallCard.self_service).where(RULES["call_card"].rows(party))
    told = [one for one in await session.scalars(keyed) if isinstance(one, dict)]
    return [one["recording"] for one in told if one.get("recording")]


async def _clear(session: AsyncSession, row: Party) -> list[str]:
    """Clear one record by the rules. Keys of its files."""
    party = row.id
    await _parked(session, row.source, row.source_key)
    numbers = set(await session.scalars(select(PartyPhone.phone).where(PartyPhone.party == party)))
    files = await forget_attachments(session, party)
    await forget(session, party)
    await session.execute(delete(DuplicatePair).where(OPEN_PAIRS(party)))
    await session.execute(update(Person).where(Person.employer == party).values(employer_name=None))
    for name, rule in RULES.items():
        table, rows = Base.metadata.tables[name], rule.rows(party)
        if rule.dropped:
            await session.execute(delete(table).where(rows))
        elif rule.cleared:
            await session.execute(update(table).where(rows).values(_cleared(table, rule.cleared)))
    await _numbers_alone(session, numbers)
    await _other_calls(session, party)
    await _marked(session, row)
    return list(files)


async def _refuse_open(session: AsyncSession, party: PartyId) -> None:
    held = (
        select(AgreementParty.id)
        .join(Agreement, Agreement.id == AgreementParty.agreement)
        .where(AgreementParty.party == party, AgreementParty.ends_before.is_(None))
        .where(Agreement.status != AgreementStatus.CLOSED)
    )
    owed = select(CollectionCase.id).where(
        CollectionCase.party == party, CollectionCase.closed_on.is_(None)
    )
    row = CreditApplication
    together = select(CoApplicant.application).where(CoApplicant.party == party)
    asked = select(row.id).where(
        or_(row.party == party, row.id.in_(together)), row.state.in_(OPEN_APPLICATIONS)
    )
    refusals = ((held, AgreementOpen), (owed, CaseOpen), (asked, ApplicationOpen))
    for found, refusal in refusals:
        if await session.scalar(found.limit(1)) is not None:
            raise refusal


def _cleared(table: Table, names: str) -> dict[str, Any]:
    return {name: _nothing(table.c[name]) for name in names.split()}


def _nothing(column: Column[Any]) -> Any:
    """What is left of a value: NULL, an empty list, or the sign where anything stood."""
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return []
    return case((column == "", literal("", Text())), else_=literal(ERASED, Text()))


async def _parked(session: AsyncSession, source: str | None, key: str | None) -> None:
    """Rows of the core bank go that name the party and wait for something else."""
    if source is None or key is None:
        return
    row = ParkedRow
    maybe = row.source == source, cast(row.cells, Text).contains(key, autoescape=True)
    found = (await session.execute(select(row.id, row.cells).where(*maybe))).all()
    naming = [one for one, cells in found if any(_names(cell, key) for cell in cells)]
    await session.execute(delete(row).where(row.id.in_(naming)))


def _names(cells: Mapping[str, Any], key: str) -> bool:
    """Whether a row of the bank names the party with this key."""
    return any(name.endswith("party_key") and told == key for name, told in cells.items())


async def _numbers_alone(session: AsyncSession, numbers: Iterable[str]) -> None:
    """Numbers go that nobody else ever used."""
    used = exists().where(PartyPhone.phone == PhoneNumber.id)
    alone = delete(PhoneNumber).where(PhoneNumber.id.in_(list(numbers)), ~used)
    await session.execute(alone.execution_options(synchronize_session=False))


async def _other_calls(session: AsyncSession, party: PartyId) -> None:
    """Calls of others from a number that they shared name the party among the candidates."""
    row = CallCard
    named = cast(row.candidates, Text).contains(party, autoescape=True)
    found = await session.execute(select(row.call, row.candidates).where(named))
    for call, candidates in found.all():
        told = [one | {"name": ERASED} if one["party"] == party else one for one in candidates]
        await session.execute(update(row).where(row.call == call).values(candidates=told))


async def _marked(session: AsyncSession, row: Party) -> None:
    now = moment(session)
    await session.refresh(row)
    row.erased_at, row.updated_at, row.dnc, row.vip = now, now, True, False
    await session.flush()
