"""Public data sets go in, and what is stored agrees with what their files say.

They are found in the folder that TELLERLINE_DATA names (with `berka/` and `retail_banking/` in it);
without it the tests of whole sets are skipped.
"""

import csv
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.bank.terms import AgreementRole, AgreementStatus
from crm_core.corebank.foreign.bank import (
    Account,
    Client,
    ForeignBank,
    GivenLoan,
    Holder,
    Outcome,
    schedule,
    told_by,
)
from crm_core.corebank.foreign.berka import read_berka
from crm_core.corebank.foreign.reading import SetRefused, short_date
from crm_core.corebank.foreign.retail_banking import read_retail_banking
from crm_core.corebank.manifest import BatchKind, batches_in
from crm_core.corebank.writing import BatchHead, write_batch
from crm_core.database import Database
from crm_core.models import (
    Agreement,
    AgreementParty,
    ArrearsSnapshot,
    BankCard,
    InstalmentRow,
    Loan,
    Party,
    PartyPhone,
)
from tests.crm_core.corebank.conftest import Load

DATA = os.environ.get("TELLERLINE_DATA")
SETS = {"berka": read_berka, "retail_banking": read_retail_banking}
LOANS = {"berka": "loan.csv", "retail_banking": "loan.csv"}


async def put_in(bank: ForeignBank, folder: Path, loading: Load) -> None:
    for entity, rows in told_by(bank).items():
        head = BatchHead(
            batch_id=entity,
            source=bank.source,
            entity=entity,
            kind=BatchKind.DELTA,
            business_date=bank.last_day,
        )
        write_batch(folder, head, rows)
    for manifest in batches_in(folder):
        report = await loading(manifest)
        assert (report.problem, report.refused, report.parked) == (None, 0, 0), report


async def outcomes(db: Database, last_day: date) -> dict[str, int]:
    """The loans by their outcome, as our own tables tell it."""
    found: Counter[str] = Counter()
    async with db.reading() as session:
        rows = await session.execute(
            select(Agreement.status, Loan.maturity_on, ArrearsSnapshot.dpd)
            .join(Loan, Loan.agreement == Agreement.id)
            .join(ArrearsSnapshot, ArrearsSnapshot.agreement == Agreement.id)
        )
        for status, maturity_on, dpd in rows:
            over = maturity_on <= last_day
            if status is AgreementStatus.CLOSED:
                found["A"] += 1
            elif over:
                found["B"] += 1
            else:
                found["D" if dpd else "C"] += 1
    return dict(found)


@pytest.mark.skipif(DATA is None, reason="TELLERLINE_DATA names no folder of public data sets")
@pytest.mark.parametrize("name", SETS)
async def test_counts_and_outcomes_agree_with_the_source(
    db: Database, tmp_path: Path, loading: Load, name: str
) -> None:
    folder = Path(DATA or "") / name
    bank = SETS[name](folder)
    await put_in(bank, tmp_path, loading)
    async with db.reading() as session:
        tables = (Party, Agreement, Loan, BankCard, PartyPhone)
        counts = [await session.scalar(select(func.count()).select_from(t)) for t in tables]
        roles = Counter(await session.scalars(select(AgreementParty.role)))
        owed = await session.scalar(select(func.sum(InstalmentRow.principal_due)))
        lent = await session.scalar(select(func.sum(Loan.principal_minor)))
    phones = 5369 if name == "retail_banking" else 0
    assert counts == [5369, 4500 + 682, 682, 892, phones]
    assert roles == {AgreementRole.OWNER: 4500 + 682, AgreementRole.AUTHORISED: 869}
    assert owed == lent
    with (folder / LOANS[name]).open(encoding="utf-8", newline="") as file:
        source = Counter(row["status"].strip('"') for row in csv.DictReader(file))
    assert await outcomes(db, bank.last_day) == source == {"A": 203, "B": 31, "C": 403, "D": 45}


def a_bank(outcome: Outcome) -> ForeignBank:
    loan = GivenLoan(
        key="7", account="1", on=date(1998, 1, 15), amount=1200, months=12, outcome=outcome
    )
    return ForeignBank(
        source="small",
        currency="CZK",
        language="cs",
        last_day=date(1998, 12, 31),
        clients=[Client(key="1", family_name="Nováková")],
        accounts=[Account(key="1", opened_on="1997-05-01", branch="Beroun")],
        holders=[Holder(key="1", client="1", account="1", owner=True)],
        loans=[loan],
    )


@pytest.mark.parametrize(
    ("outcome", "unpaid"),
    [(Outcome.FINISHED, 0), (Outcome.RUNNING, 100), (Outcome.RUNNING_IN_DEBT, 200)],
)
def test_a_loan_in_debt_owes_its_last_instalment(outcome: Outcome, unpaid: int) -> None:
    bank = a_bank(outcome)
    assert sum(one.unpaid for one in schedule(bank, bank.loans[0])) == unpaid


async def test_a_small_set_goes_in_whole(db: Database, tmp_path: Path, loading: Load) -> None:
    await put_in(a_bank(Outcome.RUNNING_IN_DEBT), tmp_path, loading)
    async with db.reading() as session:
        arrears = (await session.scalars(select(ArrearsSnapshot))).one()
    assert (arrears.overdue_principal_minor, arrears.dpd) == (10_000, 16)


def test_a_womans_birth_number_is_read() -> None:
    assert short_date("706213") == date(1970, 12, 13)


def test_a_set_without_its_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetRefused, match=r"district\.csv"):
        read_berka(tmp_path)
