"""Batches: stored once, refused by line and reason, and never half."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from crm_core.bank.loans import schedule_of
from crm_core.bank.terms import ScheduleReason
from crm_core.corebank.alarms import AlarmCode, alarms
from crm_core.corebank.manifest import BatchKind
from crm_core.corebank.parking import parked
from crm_core.database import Database
from crm_core.models import (
    Agreement,
    AgreementParty,
    Base,
    EmployeeRow,
    LedgerEntry,
    LoanSchedule,
    ManagerAssignment,
    Party,
    PartyPhone,
    PhoneNumber,
    SyncError,
)
from crm_core.relations.linking import relations_of
from crm_core.search import find
from tests.crm_core.conftest import FakeClock, hired
from tests.crm_core.corebank.conftest import Load, stored
from tests.crm_core.corebank.fake_bank import (
    DAY,
    FakeBank,
    agreement,
    client,
    cut_off,
    entry,
    instalments,
    phone,
    product,
    role,
)


async def count(db: Database, table: type[Base]) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def standing(db: Database) -> list[str]:
    async with db.reading() as session:
        return [one.code for one in await alarms(session)]


async def test_a_client_with_a_loan_is_there_and_found(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    reports = [await loading(manifest) for manifest in bank.whole()]
    assert [(one.problem, one.refused, one.parked) for one in reports] == [(None, 0, 0)] * 8
    assert [one.stored for one in reports] == [1, 1, 1, 1, 1, 1, 3, 1]
    async with db.reading() as session:
        party = (await session.scalars(select(Party))).one()
        assert (party.display_name, party.source, party.source_key) == ("Орлова Анна", "abs", "c1")
        found = await find(session, "orlova", region="RU", limit=5)
        assert [one.party for one in found.items] == [party.id]
        loan = (await session.scalars(select(Agreement))).one()
        assert loan.number_last4 == "0001"
        schedule = await schedule_of(session, loan.id)
        assert (schedule.version, schedule.reason) == (1, ScheduleReason.MIRRORED)
        assert [one.unpaid for one in schedule.instalments] == [0, 103000, 103000]
        assert schedule.instalments[0].met_on == date(2026, 1, 10)
    assert await standing(db) == []


async def test_what_is_told_again_changes_nothing(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    manifests = bank.whole()
    for manifest in manifests:
        await loading(manifest)
    before = await stored(db)
    again = [await loading(manifest) for manifest in manifests]
    assert all(one.repeated for one in again)
    fresh = [await loading(manifest) for manifest in bank.whole()]
    assert [one.stored for one in fresh] == [0] * 8
    assert [one.unchanged for one in fresh] == [1, 1, 1, 1, 1, 1, 3, 1]
    assert await stored(db) == before
    assert await standing(db) == []


async def test_any_order_ends_in_the_same_state(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    manifests = bank.whole()
    late = [await loading(manifest) for manifest in reversed(manifests)]
    assert sum(one.parked for one in late) == 8
    assert sum(one.unparked for one in late) == 8
    async with db.reading() as session:
        assert (await parked(session)).items == ()
        loan = (await session.scalars(select(Agreement))).one()
        assert loan.number_last4 == "0001"
        assert len((await schedule_of(session, loan.id)).instalments) == 3
    assert await count(db, LedgerEntry) == 1


async def test_wrong_rows_are_refused_by_line_and_reason_and_leave_the_others(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    rows = [client(f"c{n}") for n in range(60)]
    rows[10] |= {"birth_date": "1980-02-30"}
    rows[20] |= {"family_name": "", "given_name": ""}
    report = await loading(bank.batch("party", rows))
    assert (report.stored, report.refused, report.problem) == (58, 2, None)
    told = [(one.line, one.column, one.reason) for one in report.errors]
    assert told == [(12, "birth_date", "date"), (22, "family_name", "contradiction")]
    assert await count(db, Party) == 58
    assert await count(db, SyncError) == 2


async def test_a_row_that_only_the_database_refuses_leaves_the_others(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("product", [product()]))
    await loading(bank.batch("party", [client(), client("c2")]))
    await loading(bank.batch("agreement", [agreement(f"a{n}") for n in range(1, 40)]))
    roles = [role(f"r{n}", agreement_key=f"a{n}") for n in range(1, 40)]
    roles.append(role("second", party_key="c2", agreement_key="a5"))
    report = await loading(bank.batch("agreement_party", roles))
    assert [(one.line, one.reason) for one in report.errors] == [(41, "second_owner")]
    assert await count(db, AgreementParty) == 39


async def test_too_many_bad_rows_refuse_the_batch(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    rows = [client(f"c{n}", kind="ghost" if n < 2 else "person") for n in range(20)]
    report = await loading(bank.batch("party", rows, batch_id="bad"))
    assert (report.problem, report.refused, report.stored) == ("too_many_bad_rows", 2, 0)
    assert await count(db, Party) == 0
    assert await standing(db) == [AlarmCode.BATCH_REFUSED]
    mended = bank.batch("party", [client(f"c{n}") for n in range(20)], batch_id="bad")
    assert (await loading(mended)).stored == 20
    assert await standing(db) == []


@pytest.mark.parametrize("keep", [0, 10, 250])
async def test_a_truncated_file_is_refused_whole(
    db: Database, bank: FakeBank, loading: Load, keep: int
) -> None:
    manifest = bank.batch("party", [client(f"c{n}") for n in range(20)])
    cut_off(manifest, keep)
    assert (await loading(manifest)).problem == "sha256"
    assert await count(db, Party) == 0


async def test_another_count_than_announced_is_refused(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    manifest = bank.batch("party", [client(), client("c2")], rows=3)
    assert (await loading(manifest)).problem == "rows"
    assert await count(db, Party) == 0


async def test_a_newer_version_changes_and_an_older_one_does_not(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client(source_version="5")]))
    newer = client(source_version="6", family_name="Лебедева")
    assert (await loading(bank.batch("party", [newer]))).stored == 1
    older = client(source_version="4", family_name="Старая")
    assert (await loading(bank.batch("party", [older]))).unchanged == 1
    async with db.reading() as session:
        party = (await session.scalars(select(Party))).one()
        assert party.display_name == "Лебедева Анна"
        assert (await find(session, "лебедева", region="RU", limit=5)).items
        assert not (await find(session, "орлова", region="RU", limit=5)).items


async def test_the_same_version_with_another_content_is_an_alarm(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client()]))
    report = await loading(bank.batch("party", [client(family_name="Другая")]))
    assert [one.reason for one in report.errors] == ["version_conflict"]
    assert await standing(db) == [AlarmCode.VERSION_CONFLICT]
    async with db.reading() as session:
        assert (await session.scalars(select(Party.display_name))).one() == "Орлова Анна"


async def test_one_key_twice_in_a_batch_ends_with_its_newest_version(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    rows = [client(source_version="2", given_name="Вера"), client(), client(source_version="3")]
    report = await loading(bank.batch("party", rows))
    assert (report.stored, report.unchanged) == (2, 1)
    async with db.reading() as session:
        assert (await session.scalars(select(Party.display_name))).one() == "Орлова Анна"


async def test_a_batch_that_changed_under_its_id_is_refused(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client()], batch_id="b1"))
    changed = bank.batch("party", [client("c2")], batch_id="b1")
    assert (await loading(changed)).problem == "batch_changed"
    assert await standing(db) == [AlarmCode.BATCH_CHANGED]
    assert await count(db, Party) == 1


async def test_wrong_totals_raise_an_alarm_that_right_ones_clear(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    wrong = bank.batch("entry", [entry("e2")], control_totals={"RUB": "-10.51"})
    assert (await loading(wrong)).stored == 1
    assert await standing(db) == [AlarmCode.CONTROL_TOTALS]
    await loading(bank.batch("entry", [entry("e3")]))
    assert await standing(db) == []


async def test_a_full_batch_ends_what_it_does_not_tell_of(
    db: Database, bank: FakeBank, loading: Load, clock: FakeClock
) -> None:
    await loading(bank.batch("party", [client()]))
    phones = [phone(f"p{n}", number=f"+7916000{n:04}") for n in range(40)]
    await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL))
    clock.pass_(hours=1)
    report = await loading(bank.batch("party_phone", phones[1:], kind=BatchKind.FULL))
    assert (report.ended, report.unchanged) == (1, 39)
    async with db.reading() as session:
        ended = await session.scalars(
            select(PartyPhone.raw).where(PartyPhone.valid_to.is_not(None))
        )
        assert ended.all() == ["+79160000000"]
    back = await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL, batch_id="back"))
    assert (back.stored, back.ended) == (1, 0)


async def test_a_number_told_to_be_made_up_once_stays_so(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client()]))
    real, made_up = phone("p1"), phone("p2", number="+79450000001", synthetic="true")
    await loading(bank.batch("party_phone", [real, made_up]))
    again = made_up | {"source_version": "2", "synthetic": "false"}
    await loading(bank.batch("party_phone", [again], batch_id="again"))
    async with db.reading() as session:
        found = await session.execute(select(PhoneNumber.e164, PhoneNumber.synthetic))
        assert dict(found.all()) == {"+79161234567": False, "+79450000001": True}


async def test_a_full_batch_that_is_too_small_ends_nothing(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client()]))
    phones = [phone(f"p{n}", number=f"+7916000{n:04}") for n in range(40)]
    await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL))
    report = await loading(bank.batch("party_phone", phones[:30], kind=BatchKind.FULL))
    assert (report.ended, report.unchanged) == (0, 30)
    assert await standing(db) == [AlarmCode.SIZE_GUARD]


async def test_a_refused_row_of_a_full_batch_does_not_end_what_is_held(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client()]))
    phones = [phone(f"p{n}", number=f"+7916000{n:04}") for n in range(40)]
    await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL))
    phones[7] |= {"number": "none"}
    report = await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL))
    assert (report.ended, report.refused) == (0, 1)


async def test_a_late_full_batch_ends_nothing(db: Database, bank: FakeBank, loading: Load) -> None:
    await loading(bank.batch("party", [client()]))
    phones = [phone(f"p{n}", number=f"+7916000{n:04}") for n in range(40)]
    await loading(bank.batch("party_phone", phones, kind=BatchKind.FULL))
    late = bank.batch("party_phone", phones[1:], kind=BatchKind.FULL, day=DAY - timedelta(days=1))
    assert (await loading(late)).ended == 0


async def test_a_newer_schedule_is_a_new_version(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    await loading(bank.batch("instalment", instalments(version="2", paid=2)))
    assert await count(db, LoanSchedule) == 2
    gap = instalments(version="3")[:2]
    report = await loading(bank.batch("instalment", gap))
    assert {(one.line, one.reason) for one in report.errors} == {(2, "schedule"), (3, "schedule")}
    assert await count(db, LoanSchedule) == 2


async def test_no_report_and_no_table_tells_a_value_of_a_refused_row(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    rows = [phone(f"p{n}", number="+7916000000x") for n in range(2)]
    report = await loading(bank.batch("party_phone", rows))
    assert "7916" not in repr(report)


async def test_an_account_number_that_waits_is_sealed(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("agreement", [agreement()]))
    async with db.reading() as session:
        rows = (await session.execute(Base.metadata.tables["parked_row"].select())).all()
    assert len(rows) == 1 and "40817810" not in repr(rows)


def tie(key: str, **cells: str) -> dict[str, str]:
    return {
        "source_key": key, "source_version": "1", "from_key": "c1", "to_key": "c2",
        "type": "owner", "share": "0.6", "valid_from": "2024-01-01", **cells,
    }  # fmt: skip


async def test_relations_stand_once_and_own_no_more_than_all(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    parties = [client("c1"), client("c2"), client("c3")]
    await loading(bank.batch("party", parties))
    rows = [
        tie("t1"),
        tie("t2", from_key="c3", share="0.5"),
        tie("t3", from_key="c3", share="0.4"),
        tie("t4", type="spouse", share=""),
        tie("t5", type="friend of a friend", share=""),
    ]
    report = await loading(bank.batch("relationship", rows), refuse_above=100)
    told = [(one.line, one.reason) for one in report.errors]
    assert told == [(3, "share"), (6, "relation_type")]
    async with db.reading() as session:
        c2 = (await session.scalars(select(Party.id).where(Party.source_key == "c2"))).one()
        kinds = sorted(one.type for one in await relations_of(session, c2))
    assert kinds == ["owner", "owner", "spouse"]


async def test_managers_are_those_the_bank_names_in_its_order(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    for name in ("anna", "boris"):
        await hired(db, name)
    await loading(bank.batch("party", [client("c1"), client("c2")]))

    def ranked(party: str, version: str, *names: str) -> list[dict[str, str]]:
        fixed = {"party_key": party, "source_version": version}
        return [{**fixed, "rank": str(n), "username": one} for n, one in enumerate(names, start=1)]

    rows = [*ranked("c1", "1", "anna", "boris"), *ranked("c2", "1", "nobody")]
    report = await loading(bank.batch("manager_assignment", rows), refuse_above=100)
    assert [(one.line, one.reason) for one in report.errors] == [(4, "username")]
    assert await managers(db) == ["anna", "boris"]
    await loading(bank.batch("manager_assignment", ranked("c1", "2", "boris")))
    assert await managers(db) == ["boris"]


async def managers(db: Database) -> list[str]:
    row = ManagerAssignment
    held = select(EmployeeRow.username).join(row, row.employee == EmployeeRow.id)
    async with db.reading() as session:
        return list(await session.scalars(held.where(row.valid_to.is_(None)).order_by(row.rank)))
