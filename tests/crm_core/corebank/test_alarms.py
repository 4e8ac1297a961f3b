"""What speaks against dialling: alarms that stand, rows that wait too long, old arrears."""

from crm_core.corebank.alarms import AlarmCode, acknowledge, alarms, dialling_may_trust, told
from crm_core.corebank.names import EntityName
from crm_core.corebank.parking import PATIENCE, miss_parents
from crm_core.database import Database
from tests.crm_core.conftest import FakeClock, hired
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, client, phone


async def trusted(db: Database) -> bool:
    async with db.reading() as session:
        return await dialling_may_trust(session)


async def looked(db: Database) -> list[AlarmCode]:
    async with db.unit_of_work() as session:
        await miss_parents(session)
    async with db.reading() as session:
        return [one.code for one in await alarms(session)]


async def test_without_a_core_bank_nothing_speaks_against_dialling(db: Database) -> None:
    assert await trusted(db)


async def test_a_row_that_waits_too_long_is_an_alarm_until_its_parent_comes(
    db: Database, bank: FakeBank, loading: Load, clock: FakeClock
) -> None:
    await loading(bank.batch("party_phone", [phone(f"p{n}") for n in range(2)]))
    assert await looked(db) == []
    clock.at += PATIENCE
    clock.pass_(seconds=1)
    assert await looked(db) == [AlarmCode.PARKED_TOO_LONG]
    assert await looked(db) == [AlarmCode.PARKED_TOO_LONG]
    await loading(bank.batch("party", [client()]))
    assert await looked(db) == []


async def test_old_arrears_stop_dialling_and_fresh_ones_let_it_go_on(
    db: Database, clock: FakeClock
) -> None:
    async with db.unit_of_work() as session:
        await told(session, "abs", EntityName.ARREARS)
    clock.pass_(hours=24)
    assert await trusted(db)
    clock.pass_(seconds=1)
    assert not await trusted(db)
    async with db.unit_of_work() as session:
        await told(session, "abs", EntityName.ARREARS)
    assert await trusted(db)


async def test_an_acknowledged_alarm_lets_dialling_go_on(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    boss = await hired(db, "boss")
    await loading(bank.batch("party", [client(kind="ghost")]))
    assert not await trusted(db)
    async with db.unit_of_work() as session:
        (alarm,) = await alarms(session)
        await acknowledge(session, alarm.id, by=boss.id)
    assert await trusted(db)
