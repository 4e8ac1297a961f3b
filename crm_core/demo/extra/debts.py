"""Collection cases of the made-up debtors, with the promises that they gave.

A promise is taken by the product's own function on the day on which it was given, and decided as
the ledger says. One of a day on which its debtor owed nothing, or promised more than he owed, or
had promised already, cannot be and is left out; so is one said to be kept, for no payment proves
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import AgreementRole
from crm_core.collections.nightly import review_party
from crm_core.collections.promises import PromiseFacts, PromiseRunning, take_promise
from crm_core.collections.states import LateReason
from crm_core.database import Database
from crm_core.demo.debtor import Debtor
from crm_core.demo.extra.ground import Cells, Ground, Tell
from crm_core.demo.generator.promises import COLUMNS
from crm_core.demo.generator.writing import SOURCE
from crm_core.errors import FieldRefused
from crm_core.models import Agreement, AgreementParty, ArrearsSnapshot, CollectionCase
from crm_core.money import Money
from crm_core.states import MoveRefused
from crm_core.worktime.calendars import calendar
from routing.ids import PartyId

_DAY = timedelta(days=1)
_AT_ONCE = 50
_POSSIBLE = frozenset({"active", "broken"})
_REASONS = (LateReason.SALARY_LATE, LateReason.FORGOT, LateReason.BUSINESS_DOWN, LateReason.ILLNESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A promise of the file."""

    party: PartyId
    loan: str
    amount: Money
    taken_on: date
    due_on: date
    over: bool


async def load_promises(db: Database, ground: Ground, tell: Tell) -> int:
    """How many promises are new. A party that has a case is left alone."""
    async with db.reading() as session:
        known = set(await session.scalars(select(CollectionCase.party)))
        loans = await _loans(session)
    told = [_told(row, ground, loans) for row in ground.rows("promises", COLUMNS) if _possible(row)]
    told = [one for one in told if one.party not in known]
    told.sort(key=lambda one: (one.party, one.taken_on))
    several = [list(promises) for _party, promises in groupby(told, key=lambda one: one.party)]
    count = 0
    for at in range(0, len(several), _AT_ONCE):
        async with db.unit_of_work() as session:
            for promises in several[at : at + _AT_ONCE]:
                taken = [await _promised(session, one, ground) for one in promises]
                count += sum(taken)
                tell(len(taken))
    return count


async def open_cases(db: Database, ground: Ground, tell: Tell) -> int:
    """Review the made-up debtors by the arrears of the bank's day. How many cases that opens or
    brings to the day."""
    row = CollectionCase
    reviewed = select(row.party).where((row.reviewed_on >= ground.day) | row.closed_on.is_not(None))
    async with db.reading() as session:
        known, hours = set(await session.scalars(reviewed)), await calendar(session)
        debtors = [one for one in await _debtors(session, ground.day) if one not in known]
    for at in range(0, len(debtors), _AT_ONCE):
        async with db.unit_of_work() as session:
            for party in debtors[at : at + _AT_ONCE]:
                await review_party(session, party, ground.collecting, on=ground.day, hours=hours)
                tell(1)
    async with db.reading() as session:
        held = select(row.party).where(row.closed_on.is_(None))
        return len(set(await session.scalars(held)) & set(debtors))


def _possible(row: Cells) -> bool:
    """Whether a promise of this outcome needs no payment as its proof."""
    kept = Money.parse(row["kept_amount"], row["currency"])
    return row["state"] in _POSSIBLE and not kept


def _told(row: Cells, ground: Ground, loans: Mapping[str, str]) -> _Told:
    return _Told(
        party=ground.parties[row["party_key"]],
        loan=loans[row["agreement_key"]],
        amount=Money.parse(row["amount"], row["currency"]),
        taken_on=datetime.fromisoformat(row["taken_at"]).date(),
        due_on=date.fromisoformat(row["due_on"]),
        over=row["state"] != "active",
    )


async def _promised(session: AsyncSession, told: _Told, ground: Ground) -> bool:
    """Whether it could be taken."""
    debtor = Debtor(
        session=session,
        rules=ground.collecting,
        party=told.party,
        loan=told.loan,
        collector=ground.collector,
    )
    await debtor.night(told.taken_on - _DAY)
    reason = _REASONS[told.taken_on.day % len(_REASONS)]
    facts = PromiseFacts(amount=told.amount, due_on=told.due_on, reason=reason)
    if await debtor.case() is None:
        return False
    try:
        async with session.begin_nested():
            await debtor.by_day(
                told.taken_on, lambda seen: take_promise(session, seen, facts, ground.collecting)
            )
    except (FieldRefused, MoveRefused, PromiseRunning):
        return False
    if told.over:
        await debtor.night(told.due_on + ground.collecting.promises.grace_days * _DAY)
    return True


async def _loans(session: AsyncSession) -> dict[str, str]:
    """The made-up agreements, by key."""
    held = select(Agreement.source_key, Agreement.id).where(Agreement.source == SOURCE)
    return {str(key): agreement for key, agreement in await session.execute(held)}


async def _debtors(session: AsyncSession, on: date) -> list[PartyId]:
    told, role = ArrearsSnapshot, AgreementParty
    statement = (
        select(role.party)
        .join(told, told.agreement == role.agreement)
        .join(Agreement, Agreement.id == role.agreement)
        .where(Agreement.source == SOURCE, role.role == AgreementRole.OWNER)
        .where(told.business_date == on, told.dpd > 0)
        .distinct()
        .order_by(role.party)
    )
    return list(await session.scalars(statement))
