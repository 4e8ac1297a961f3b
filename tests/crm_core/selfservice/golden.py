"""What the golden cases of the made-up bank are told at their keypads."""

from datetime import timedelta

from sqlalchemy import select

from crm_core.database import Database
from crm_core.demo.generator.writing import SOURCE
from crm_core.models import CreditApplication, Party
from crm_core.selfservice.answers import (
    Answer,
    AnswerKind,
    BalanceItem,
    DebtItem,
    DecisionItem,
    DecisionState,
    Service,
)
from crm_core.selfservice.looking_up import Answers
from routing.ids import CallId, PartyId
from tests.crm_core.conftest import FakeClock

CALL = CallId("golden-self-served")


async def check(db: Database, clock: FakeClock) -> None:
    """At ten o'clock of the bank's day, after it was loaded."""
    await _check_refused(db)
    await _check_debts(db)
    await _check_decisions(db)
    await _check_currencies(db, clock)


async def _check_refused(db: Database) -> None:
    for key in ("golden-deceased", "golden-minor", "golden-fraud"):
        for service in (Service.BALANCE, Service.DEBT, Service.CARDS):
            assert (await _ask(db, key, service)).kind is AnswerKind.REFUSED


async def _check_debts(db: Database) -> None:
    assert (await _ask(db, "golden-guarantor", Service.DEBT)).kind is AnswerKind.NONE
    (owed,) = (await _ask(db, "golden-borrower", Service.DEBT)).items
    assert isinstance(owed, DebtItem)
    assert owed.days_past_due == 75
    assert (await _ask(db, "golden-paid", Service.DEBT)).kind is AnswerKind.STALE
    assert (await _ask(db, "golden-paid", Service.SCHEDULE)).kind is AnswerKind.FOUND


async def _check_decisions(db: Database) -> None:
    fresh = await _ask(db, "golden-applicant", Service.DECISION)
    (item,) = fresh.items
    assert isinstance(item, DecisionItem)
    assert (item.state, str(item.approved)) == (DecisionState.APPROVED, "350000.00 RUB")
    known = await _ask(db, "golden-told", Service.DECISION)
    for key, answer in (("golden-applicant", fresh), ("golden-told", known)):
        await Answers(db).told(answer, party=await _party(db, key), call=CALL)
    assert await _informed_in(db, "golden-decision") == CALL
    assert await _informed_in(db, "golden-told-decision") == "golden-call-told"


async def _check_currencies(db: Database, clock: FakeClock) -> None:
    old = await _ask(db, "golden-currencies", Service.BALANCE)
    assert (old.kind, old.items) == (AnswerKind.STALE, ())
    assert old.as_of is not None
    ten, clock.at = clock.at, old.as_of + timedelta(minutes=15)
    told = (await _ask(db, "golden-currencies", Service.BALANCE)).items
    clock.at = ten
    texts = {
        one.available.currency: str(one.available.decimal)
        for one in told
        if isinstance(one, BalanceItem)
    }
    decimals = {currency: len(text.partition(".")[2]) for currency, text in texts.items()}
    assert decimals == {"JPY": 0, "KWD": 3}


async def _party(db: Database, key: str) -> PartyId:
    async with db.reading() as session:
        of = select(Party.id).where(Party.source == SOURCE, Party.source_key == key)
        return (await session.scalars(of)).one()


async def _ask(db: Database, key: str, service: Service) -> Answer:
    party = await _party(db, key)
    return await Answers(db).answer(service, party=party, level=2, call=CALL)


async def _informed_in(db: Database, key: str) -> str | None:
    row = CreditApplication
    async with db.reading() as session:
        of = select(row.informed_in_call).where(row.source == SOURCE, row.source_key == key)
        return (await session.scalars(of)).one()
