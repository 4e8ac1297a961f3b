"""Applications made elsewhere: their decisions are facts here, whatever is told of them later."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.applications.client import signals
from crm_core.applications.states import ApplicationState, LoanPurpose, VoteChoice
from crm_core.database import Database
from crm_core.models import ApplicationEvent, CreditApplication, DecisionMade, Party
from crm_core.parties.signals import SignalCode
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, Row, client, product

DECIDED_AT = datetime(2026, 3, 2, 9, 55, tzinfo=UTC)
APPROVED = {
    "state": "approved",
    "decided_at": "2026-03-02T09:55:00Z",
    "approved_amount": "350000.00",
    "decision_expires_on": "2026-04-01",
}
_S = ApplicationState


def application(key: str = "q1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "party_key": "c1", "product_code": "cash",
        "currency": "RUB", "amount": "350000.00", "term_months": "36", "state": "review",
        "submitted_at": "2026-03-02T07:00:00Z", **cells,
    }  # fmt: skip


@pytest.fixture
async def tell(bank: FakeBank, loading: Load) -> Any:
    await loading(bank.batch("product", [product()]))
    await loading(bank.batch("party", [client()]))

    async def tell(*rows: Row) -> Any:
        return await loading(bank.batch("application", rows))

    return tell


async def held(db: Database, key: str = "q1") -> CreditApplication:
    async with db.reading() as session:
        one = select(CreditApplication).where(CreditApplication.source_key == key)
        return (await session.scalars(one)).one()


async def moves(db: Database) -> list[str]:
    async with db.reading() as session:
        row = ApplicationEvent
        return list(await session.scalars(select(row.move).order_by(row.id)))


async def test_one_under_review_stands_at_the_first_stage_of_its_route(
    db: Database, tell: Any
) -> None:
    report = await tell(application(purpose="car"), application("q2", state="submitted"))
    assert (report.problem, report.stored, report.refused) == (None, 2, 0)
    one = await held(db)
    assert (one.state, one.stage, one.route, one.purpose) == (
        *(_S.REVIEW, "documents", "small"),
        LoanPurpose.CAR,
    )
    assert {one.number, (await held(db, "q2")).number} == {"2026-000001", "2026-000002"}
    assert one.created_at == datetime(2026, 3, 2, 7, tzinfo=UTC)


async def test_a_decision_is_told_the_client_and_is_a_fact_for_ever(
    db: Database, tell: Any
) -> None:
    await tell(application())
    await tell(application(source_version="2", **APPROVED))
    one = await held(db)
    assert (one.decision, one.decided_at, one.approved_minor, one.stage) == (
        *(VoteChoice.APPROVE, DECIDED_AT, 35_000_000),
        None,
    )
    async with db.reading() as session:
        party = (await session.scalars(select(Party.id))).one()
        (signal,) = await signals(session, party)
    assert signal.code is SignalCode.APPLICATION_DECIDED
    await tell(application(source_version="3", state="withdrawn"))
    after = await held(db)
    assert (after.state, after.decision) == (_S.WITHDRAWN, VoteChoice.APPROVE)
    async with db.reading() as session:
        made = (await session.scalars(select(DecisionMade))).one()
    assert (made.decision, made.at) == (VoteChoice.APPROVE, DECIDED_AT)
    assert await moves(db) == ["create", "approve", "withdraw"]


@pytest.mark.parametrize(
    ("told", "state", "choice"),
    [
        ({**APPROVED, "state": "disbursed"}, _S.DISBURSED, VoteChoice.APPROVE),
        ({**APPROVED, "state": "expired", "approved_amount": "1"}, _S.EXPIRED, VoteChoice.COUNTER),
        ({**APPROVED, "state": "counter_offer"}, _S.COUNTER_OFFER, VoteChoice.COUNTER),
        ({"state": "declined", "decided_at": "2026-03-02T09:55:00Z"}, _S.DECLINED, "decline"),
        ({"state": "withdrawn", "decided_at": "2026-03-02T09:55:00Z"}, _S.WITHDRAWN, None),
    ],
)
async def test_each_end_is_kept_as_it_was_told(
    db: Database, tell: Any, told: Row, state: ApplicationState, choice: VoteChoice | None
) -> None:
    assert (await tell(application(**told))).stored == 1
    one = await held(db)
    assert (one.state, one.decision, one.stage) == (state, choice, None)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"product_code": "none"}, "product_code"),
        ({"amount": "0"}, "contradiction"),
        ({"term_months": "601"}, "contradiction"),
        ({**APPROVED, "decided_at": ""}, "contradiction"),
        ({**APPROVED, "approved_amount": ""}, "contradiction"),
        ({**APPROVED, "approved_amount": "350000.01"}, "contradiction"),
        ({**APPROVED, "decision_expires_on": ""}, "contradiction"),
        ({"state": "declined", "decided_at": "2026-03-02T06:59:59Z"}, "contradiction"),
    ],
)
async def test_what_cannot_be_is_refused(tell: Any, told: Row, reason: str) -> None:
    rows = [application(f"q{n}") for n in range(2, 40)]
    report = await tell(application(**told), *rows)
    assert (report.stored, report.refused) == (38, 1)
    assert [one.reason for one in report.errors] == [reason]
