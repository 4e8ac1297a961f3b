"""Puts the demo's collection cases into a database: one promise is due today, one was broken.

A client who has a case is left alone.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.collections.states import ContactOutcome, LateReason
from crm_core.collections.strategy import CollectionRules
from crm_core.demo.debtor import Debtor
from crm_core.models import Agreement, CollectionCase
from routing.ids import AgentId, PartyId

_BY = "demo"
_COLLECTOR = "galina"
_DAY = timedelta(days=1)


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
        debtor = Debtor(
            session=session,
            rules=rules,
            party=party,
            loan=agreement,
            collector=agents[_COLLECTOR],
        )
        await live(debtor, today)


async def _promises_for_today(debtor: Debtor, today: date) -> None:
    await debtor.night(today - 11 * _DAY)
    await debtor.talk(
        today - 8 * _DAY, "manager_call", ContactOutcome.NOT_REACHED, "Нет ответа, перезвонить."
    )
    await debtor.night(today - 6 * _DAY)
    await debtor.promise(today - 5 * _DAY, due_on=today, reason=LateReason.SALARY_LATE)
    await debtor.night(today - _DAY)


async def _breaks_his_promise(debtor: Debtor, today: date) -> None:
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
