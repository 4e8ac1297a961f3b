"""The end of a business day: snapshots that say what the schedule says, by date."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import move_agreement
from crm_core.bank.arrears import Pause
from crm_core.bank.business_day import (
    PauseRefused,
    pause_arrears,
    pauses_of,
    resume_arrears,
    take_all,
    take_arrears,
)
from crm_core.bank.loans import pay
from crm_core.bank.terms import AgreementStatus, DelinquencyRange, PauseReason
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.models import ArrearsSnapshot
from crm_core.parties.records import PartyFacts, PersonName, add_person
from routing.ids import PartyId
from tests.crm_core.bank.offers import TODAY, credited, lent, opened
from tests.crm_core.conftest import person

DAY = timedelta(days=1)


async def a_loan(db: Database, *, overdue_days: int) -> str:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        return await lent(session, party, first_due_on=TODAY - overdue_days * DAY)


async def person_in(session: AsyncSession) -> PartyId:
    return await add_person(session, PersonName(family="Boris", given=""), PartyFacts(), by="test")


async def paused(db: Database, loan: str) -> tuple[Pause, ...]:
    async with db.reading() as session:
        return await pauses_of(session, loan)


async def snapshots(db: Database) -> list[ArrearsSnapshot]:
    async with db.reading() as session:
        ordered = select(ArrearsSnapshot).order_by(ArrearsSnapshot.business_date)
        return list(await session.scalars(ordered))


async def test_a_snapshot_tells_what_is_overdue_and_what_comes_next(db: Database) -> None:
    loan = await a_loan(db, overdue_days=12)
    async with db.unit_of_work() as session:
        await pay(session, await credited(session, loan, 1_000))
        stands = await take_arrears(session, loan, on=TODAY)
    (kept,) = await snapshots(db)
    assert (kept.dpd, kept.range) == (12, DelinquencyRange.D1_30)
    assert (kept.overdue_principal_minor, kept.overdue_interest_minor) == (10_000, 200)
    assert (kept.last_paid_on, kept.last_paid_minor) == (TODAY, 1_000)
    assert (kept.next_due_on, kept.next_due_minor) == (date(2026, 3, 18), 11_100)
    assert kept.owed_minor == 120_200 == stands.owed
    assert not kept.paused


async def test_a_date_has_one_snapshot_and_earlier_ones_stay(db: Database) -> None:
    loan = await a_loan(db, overdue_days=1)
    async with db.unit_of_work() as session:
        await take_arrears(session, loan, on=TODAY)
        await take_arrears(session, loan, on=TODAY + DAY)
        await pay(session, await credited(session, loan, 11_200))
        await take_arrears(session, loan, on=TODAY + DAY)
    assert [(kept.business_date, kept.dpd) for kept in await snapshots(db)] == [
        (TODAY, 1),
        (TODAY + DAY, 0),
    ]


async def test_a_day_takes_all_open_loans_in_batches(db: Database) -> None:
    loans = [await a_loan(db, overdue_days=75) for _ in range(5)]
    async with db.unit_of_work() as session:
        closed = await lent(session, await person_in(session), first_due_on=TODAY)
        await move_agreement(session, closed, AgreementStatus.CLOSED, on=TODAY)
        await opened(session, await person_in(session))
    told: list[int] = []

    async def progress(done: int) -> None:
        told.append(done)

    assert await take_all(db, on=TODAY, progress=progress, batch=2) == 5
    assert told == [2, 2, 1]
    kept = await snapshots(db)
    assert {one.agreement for one in kept} == set(loans)
    assert {(one.dpd, one.range) for one in kept} == {(75, DelinquencyRange.D61_90)}


async def test_a_day_that_was_cut_off_is_taken_again_whole(db: Database) -> None:
    loans = [await a_loan(db, overdue_days=5) for _ in range(3)]

    async def cut_off(_done: int) -> None:
        raise StorageAway

    async def go_on(_done: int) -> None:
        return None

    with pytest.raises(StorageAway):
        await take_all(db, on=TODAY, progress=cut_off, batch=2)
    assert len(await snapshots(db)) == 2
    async with db.unit_of_work() as session:
        await pay(session, await credited(session, loans[0], 11_200))
    assert await take_all(db, on=TODAY, progress=go_on, batch=2) == 3
    stands = {one.agreement: one.dpd for one in await snapshots(db)}
    assert stands == {loans[0]: 0, loans[1]: 5, loans[2]: 5}


async def test_a_pause_holds_the_days_and_then_they_go_on(db: Database) -> None:
    loan, start = await a_loan(db, overdue_days=10), TODAY - 4 * DAY
    async with db.unit_of_work() as session:
        await pause_arrears(session, loan, Pause(starts_on=start), reason=PauseReason.DISPUTE)
        stands = await take_arrears(session, loan, on=TODAY)
        assert (stands.dpd, stands.paused) == (5, True)
        await resume_arrears(session, loan, on=TODAY + DAY)
        stands = await take_arrears(session, loan, on=TODAY + DAY)
        assert (stands.dpd, stands.paused) == (6, False)
        assert await pauses_of(session, loan) == (Pause(starts_on=start, ends_before=TODAY + DAY),)
        with pytest.raises(PauseRefused):
            await resume_arrears(session, loan, on=TODAY + 2 * DAY)


async def test_pauses_are_not_empty_and_do_not_overlap(db: Database) -> None:
    loan, held = await a_loan(db, overdue_days=10), PauseReason.HOLIDAY
    async with db.unit_of_work() as session:
        whole = Pause(starts_on=TODAY, ends_before=TODAY + 10 * DAY)
        await pause_arrears(session, loan, whole, reason=held)
    for starts, ends in ((0, 0), (0, -1), (-5, 1), (5, 6), (9, None), (-9, None), (0, 10)):
        end = None if ends is None else TODAY + ends * DAY
        clash = Pause(starts_on=TODAY + starts * DAY, ends_before=end)
        with pytest.raises(PauseRefused):
            async with db.unit_of_work() as session:
                await pause_arrears(session, loan, clash, reason=held)
    assert await paused(db, loan) == (whole,)


WRONG_SNAPSHOTS: tuple[dict[str, Any], ...] = (
    {"dpd": 0, "range": "none"},
    {"dpd": 31},
    {"range": "d181"},
    {"dpd": -1},
    {"overdue_principal_minor": 0, "overdue_interest_minor": 0},
    {"overdue_fee_minor": -1},
    {"next_due_on": None},
    {"last_paid_minor": 5},
)


async def test_the_database_holds_a_snapshot_to_its_rules(db: Database) -> None:
    loan = await a_loan(db, overdue_days=12)
    async with db.unit_of_work() as session:
        await take_arrears(session, loan, on=TODAY)
    for wrong in WRONG_SNAPSHOTS:
        with pytest.raises(IntegrityError):
            async with db.unit_of_work() as session:
                await session.execute(update(ArrearsSnapshot).values(**wrong))
    async with db.unit_of_work() as session:
        await session.execute(update(ArrearsSnapshot).values(dpd=0, range="none", paused=True))
        assert await session.scalar(select(func.count()).select_from(ArrearsSnapshot)) == 1
