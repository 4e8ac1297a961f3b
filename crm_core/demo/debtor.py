"""The past days of a made-up debtor: done by the product's own functions, day by day, in order.

Only the times of what was done are then set to those days.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.business_day import take_arrears
from crm_core.collections.cases import Seen, StepDone, do_step
from crm_core.collections.nightly import review_party
from crm_core.collections.planning import CaseUnknown
from crm_core.collections.promises import PromiseFacts, most, take_promise
from crm_core.collections.states import Channel, ContactOutcome, LateReason
from crm_core.collections.strategy import CollectionRules
from crm_core.models import CaseEventRow, CollectionCase, Promise
from crm_core.worktime.calendars import calendar
from routing.ids import AgentId, PartyId

_MINUTE = timedelta(minutes=1)
_MORNING, _EVENING = time(8, 30), time(18)
Deed = Callable[[Seen], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A debtor, and how his days are lived. `loan` is an agreement, the `collector` works on it."""

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

    async def case(self) -> CollectionCase | None:
        """The case that is open, if one is."""
        row = CollectionCase
        mine = select(row).where(row.party == self.party, row.closed_on.is_(None))
        return (await self.session.scalars(mine)).one_or_none()

    async def _case(self) -> CollectionCase:
        found = await self.case()
        if found is None:
            raise CaseUnknown
        return found

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
