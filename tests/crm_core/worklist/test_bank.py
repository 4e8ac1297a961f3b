"""What the bank's own work puts on a worklist: cases, promises, applications, and for whom."""

from crm_core.applications.rights import Act
from crm_core.collections.cases import assign
from crm_core.database import Database
from crm_core.worklist.doing import worklist
from crm_core.worklist.ranking import Cause
from routing.ids import AgentId
from tests.crm_core.applications.desk import desk
from tests.crm_core.bank.offers import TODAY
from tests.crm_core.collections.debtors import (
    DAY,
    RULES,
    at_noon,
    case_of,
    collector,
    debtor,
    night,
    seen,
)
from tests.crm_core.collections.test_promises import DUE, promised
from tests.crm_core.conftest import FakeClock


async def todo(db: Database, employee: AgentId) -> list[tuple[Cause, str]]:
    async with db.reading() as session:
        entries = await worklist(session, employee, now=db.clock.now(), limit=20)
    return [(one.item.cause, one.item.subject) for one in entries]


async def test_a_collectors_cases_and_the_promises_whose_day_has_come(
    db: Database, clock: FakeClock
) -> None:
    party, _loan = await debtor(db)
    kira = await collector(db)
    await night(db)
    at_noon(clock, TODAY)
    assert await todo(db, kira.id) == []
    async with db.unit_of_work() as session:
        await assign(session, await seen(db, party, kira.id), kira.id, RULES)
    case = (await case_of(db, party)).id
    assert await todo(db, kira.id) == [(Cause.CASE, case)]
    await promised(db, party, kira.id)
    assert (Cause.PROMISE_DUE, case) not in await todo(db, kira.id)
    at_noon(clock, DUE)
    assert (await todo(db, kira.id))[0] == (Cause.PROMISE_DUE, case)
    await night(db, DUE + 30 * DAY)
    assert (Cause.PROMISE_DUE, case) not in await todo(db, kira.id)


async def test_an_application_waits_for_its_owner_until_the_client_knows(db: Database) -> None:
    held = await desk(db)
    mila, olga = held.staff["mila"].id, held.staff["olga"].id
    application = await held.apply()
    assert await todo(db, mila) == [(Cause.APPLICATION, application)]
    await held.papers(application)
    await held.do(application, Act.SUBMIT, "mila")
    await held.do(application, Act.TAKE, "olga")
    owner = (await held.see(application)).line.owner
    assert owner is not None
    assert (Cause.APPLICATION, application) in await todo(db, owner)
    await held.do(application, Act.WITHDRAW, "olga")
    assert await todo(db, mila) == await todo(db, olga) == []
