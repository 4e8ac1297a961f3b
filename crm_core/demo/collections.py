"""Puts the demo's collection cases into a database: one promise is due today, one was broken.

What happened on earlier days is done by the same functions as in the product, day by day, and only
its times are then set to those days. A client who has a case is left alone.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.business_day import take_arrears
from crm_core.collections.cases import Seen, StepDone, do_step
from crm_core.collections.nightly import review_party
from crm_core.collections.promises import PromiseFacts, most, take_promise
from crm_core.collections.states import Channel, ContactOutcome, LateReason
from crm_core.collections.strategy import CollectionRules
from crm_core.models import Agreement, CaseEventRow, CollectionCase, Promise
from crm_core.worktime.calendars import calendar
from routing.ids import AgentId, PartyId

_BY = "demo"
_COLLECTOR = "galina"
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_MORNING, _EVENING = time(8, 30), time(18)
Deed = Callable[[Seen], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Debtor:
    """A debtor of the demo, and how his days are lived. Amounts are minor units."""

    session: AsyncSession
    rules: CollectionRules
    party: PartyId
    loan: str
    collector: AgentId

    async def night(self, on: date) -> None:
        """The close of a business date."""
        last = await self._last_event()
        await take_arrears(self.session, self.loan, on=on)
        hours = await calendar(self.session)
        await review_party(self.session, self.party, self.rules, on=on, hours=hours)
        await self._date_back(last, datetime.combine(on, _EVENING, UTC))

    async def by_day(self, on: date, deed: Deed) -> None:
        """What the collector did on a day."""
        last, case = await self._last_event(), await self._case()
        seen = Seen(case=case.id, version=case.row_version, by=self.collector, on=on)
        await deed(seen)
        await self._date_back(last, datetime.combine(on, _MORNING, UTC))

    async def talk(self, on: date, step: str, outcome: ContactOutcome, note: str) -> None:
        """A call by a step of the strategy."""
        done = StepDone(channel=Channel.CALL, outcome=outcome, step=step, note=note)
        await self.by_day(on, lambda seen: do_step(self.session, seen, done, self.rules))

    async def promise(self, on: date, *, due_on: date, reason: LateReason) -> None:
        """A promise to pay all that is overdue."""
        (amount,) = (await most(self.session, (await self._case()).id, until=on)).values()
        facts = PromiseFacts(amount=amount, due_on=due_on, reason=reason)
        await self.by_day(on, lambda seen: take_promise(self.session, seen, facts, self.rules))

    async def _case(self) -> CollectionCase:
        mine = select(CollectionCase).where(CollectionCase.party == self.party)
        return (await self.session.scalars(mine)).one()

    async def _last_event(self) -> str:
        row = CaseEventRow
        newest = select(row.id).where(row.party == self.party).order_by(row.id.desc()).limit(1)
        return await self.session.scalar(newest) or ""

    async def _date_back(self, last: str, at: datetime) -> None:
        """Let what came after the event `last` have happened at that time, a minute apart."""
        await self.session.flush()
        event, case = CaseEventRow, CollectionCase
        fresh = select(event).where(event.party == self.party, event.id > last)
        rows = await self.session.scalars(fresh.order_by(event.at, event.id))
        for n, row in enumerate(rows):
            row.at = at + n * _MINUTE
        await self.session.flush()
        mine = select(case.id).where(case.party == self.party)
        taken = update(Promise).where(Promise.case.in_(mine), Promise.taken_on == at.date())
        await self.session.execute(taken.values(taken_at=at))


async def collect(
    session: AsyncSession,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    rules: CollectionRules,
    now: datetime,
) -> None:
    """Give the demo's debtors their cases, as they stand on the day of `now` (UTC)."""
    today = now.date()
    for client, loan, live in (
        ("kuznetsov", "kuznetsov-cash", _promises_for_today),
        ("shcherbak", "shcherbak-cash", _breaks_his_promise),
    ):
        party = parties[client]
        known = select(CollectionCase.id).where(CollectionCase.party == party)
        if await session.scalar(known.limit(1)) is not None:
            continue
        owed = Agreement.source == _BY, Agreement.source_key == loan
        agreement = (await session.scalars(select(Agreement.id).where(*owed))).one()
        debtor = _Debtor(
            session=session,
            rules=rules,
            party=party,
            loan=agreement,
            collector=agents[_COLLECTOR],
        )
        await live(debtor, today)


async def _promises_for_today(debtor: _Debtor, today: date) -> None:
    await debtor.night(today - 11 * _DAY)
    await debtor.talk(
        today - 8 * _DAY, "manager_call", ContactOutcome.NOT_REACHED, "Нет ответа, перезвонить."
    )
    await debtor.night(today - 6 * _DAY)
    await debtor.promise(today - 5 * _DAY, due_on=today, reason=LateReason.SALARY_LATE)
    await debtor.night(today - _DAY)


async def _breaks_his_promise(debtor: _Debtor, today: date) -> None:
    await debtor.night(today - 74 * _DAY)
    await debtor.talk(
        today - 60 * _DAY,
        "promise_call",
        ContactOutcome.RIGHT_PARTY,
        "Обещал разобраться с бухгалтерией на работе.",
    )
    await debtor.night(today - 45 * _DAY)
    await debtor.talk(
        today - 40 * _DAY,
        "negotiation_call",
        ContactOutcome.THIRD_PARTY,
        "Ответила жена, просила позвонить вечером.",
    )
    await debtor.night(today - 14 * _DAY)
    await debtor.promise(
        today - 13 * _DAY, due_on=today - 4 * _DAY, reason=LateReason.BUSINESS_DOWN
    )
    await debtor.night(today - 2 * _DAY)
    await debtor.night(today - _DAY)
