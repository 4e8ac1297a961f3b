"""The demo debtors: one promises for today, one broke his word; seeding again adds nothing."""

from datetime import timedelta

from sqlalchemy import func, select

from crm_core.collections.panel import glance, timeline_events
from crm_core.collections.states import CaseState, PromiseState
from crm_core.database import Database
from crm_core.demo.people import USERNAMES, seed
from crm_core.models import CaseEventRow, CollectionCase, Party, Promise
from crm_core.parties.timeline import TimelineKind
from routing.ids import PartyId
from tests.crm_core.collections.debtors import DAY, RULES, night
from tests.crm_core.conftest import CHEAP, START, FakeClock

PASSWORDS = {name: f"{name}-long-enough-1" for name in USERNAMES}
TODAY = START.date()


async def seeded(db: Database, clock: FakeClock) -> None:
    await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP, collecting=RULES)


async def party(db: Database, key: str) -> PartyId:
    async with db.reading() as session:
        return (await session.scalars(select(Party.id).where(Party.source_key == key))).one()


async def test_one_promise_is_due_today_and_one_was_broken(db: Database, clock: FakeClock) -> None:
    await seeded(db, clock)
    today, broken = await party(db, "kuznetsov"), await party(db, "shcherbak")
    async with db.reading() as session:
        waits, late = await glance(session, today), await glance(session, broken)
    assert waits is not None and waits.promise is not None
    assert (waits.state, waits.promise.due_on) == (CaseState.PROMISED, TODAY)
    assert late is not None and (late.state, late.broken_promises) == (CaseState.IN_CONTACT, 1)
    assert late.next_step == "promise_broken" and late.owner_name == "Галина Мороз"


async def test_what_happened_lies_on_its_days(db: Database, clock: FakeClock) -> None:
    await seeded(db, clock)
    async with db.reading() as session:
        events = list(await session.scalars(select(CaseEventRow).order_by(CaseEventRow.id)))
        taken = list(await session.scalars(select(Promise.taken_at)))
        told = await timeline_events(session, await party(db, "shcherbak"), before=None, limit=100)
    assert all(one.at < START - timedelta(hours=12) for one in events)
    assert all(at < START - 4 * DAY for at in taken)
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
    assert {one.kind for one in told} == {TimelineKind.CASE, TimelineKind.PROMISE}


async def test_seeding_again_adds_no_case_and_the_night_goes_on(
    db: Database, clock: FakeClock
) -> None:
    await seeded(db, clock)
    await seeded(db, clock)
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(CollectionCase)) == 2
    await night(db, TODAY)
    await night(db, TODAY + 2 * DAY)
    async with db.reading() as session:
        states = set(await session.scalars(select(Promise.state)))
    assert states == {PromiseState.BROKEN}, "nobody paid"
