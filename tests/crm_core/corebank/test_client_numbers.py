"""Client numbers as the bank tells them: one party each, kept when another one is told."""

from sqlalchemy import select

from crm_core.database import Database
from crm_core.duplicates.merging import merge
from crm_core.models import ClientNumber, Party
from routing.ids import PartyId
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, client


async def told(bank: FakeBank, loading: Load, *rows: dict[str, str], batch: str) -> int:
    """How many rows were stored."""
    report = await loading(bank.batch("party", list(rows), batch_id=batch))
    return report.stored


async def held(db: Database) -> set[tuple[str, str]]:
    async with db.reading() as session:
        row = select(ClientNumber.number, Party.source_key).join(
            Party, Party.id == ClientNumber.party
        )
        return {(number, str(key)) for number, key in await session.execute(row)}


async def test_a_number_is_one_partys_and_an_earlier_one_stays_his(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    filler = [client(f"f{n}") for n in range(60)]
    first, second = client("c1", client_number="00123456"), client("c2", client_number="7654321")
    assert await told(bank, loading, first, second, *filler, batch="one") == 62
    third = client("c3", client_number="00123456")
    twins = [client(key, client_number="5555555") for key in ("c4", "c5")]
    assert await told(bank, loading, third, *twins, *filler, batch="two") == 0
    moved = client("c1", source_version="2", client_number="99887766")
    assert await told(bank, loading, moved, batch="three") == 1
    assert await held(db) == {("00123456", "c1"), ("99887766", "c1"), ("7654321", "c2")}


async def test_what_is_told_of_a_merged_record_keeps_its_number(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    rows = [client("c1"), client("c2", client_number="7654321")]
    await told(bank, loading, *rows, batch="one")
    async with db.unit_of_work() as session:
        found = await session.execute(select(Party.source_key, Party.id))
        ids = {str(key): PartyId(one) for key, one in found}
        await merge(session, ids["c1"], ids["c2"], by="sofia", reason="the same")
    again = client("c2", source_version="2", given_name="Анна-Мария", client_number="7654321")
    assert await told(bank, loading, again, batch="two") == 1
    assert await held(db) == {("7654321", "c1")}


async def test_only_digits_are_a_number(db: Database, bank: FakeBank, loading: Load) -> None:
    wrong = ["12345", "1234567890123", "12a4567", "123 456", "١٢٣٤٥٦"]
    rows = [client(f"c{n}", client_number=one) for n, one in enumerate(wrong)]
    filler = [client(f"f{n}") for n in range(200)]
    assert await told(bank, loading, *rows, *filler, batch="one") == 200
    assert await held(db) == set()
