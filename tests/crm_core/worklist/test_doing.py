"""The worklist on the real tables: what is due for whom, with the client and the reason."""

from datetime import timedelta

from crm_core.complaints.complaint import ComplaintFacts, Handling
from crm_core.complaints.handling import handle, register
from crm_core.complaints.states import ComplaintMove
from crm_core.database import Database
from crm_core.tasks.states import Priority, TaskMove
from crm_core.work_rules import WorkRules
from crm_core.worklist.doing import worklist
from crm_core.worklist.ranking import Cause, Entry
from routing.ids import AgentId
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import do, ordered, rules

__all__ = ["rules"]
HOUR = timedelta(hours=1)


async def todo(db: Database, clock: FakeClock, employee: AgentId, limit: int = 20) -> list[Entry]:
    async with db.reading() as session:
        return await worklist(session, employee, now=clock.now(), limit=limit)


async def test_what_when_and_with_whom(db: Database, rules: WorkRules, clock: FakeClock) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    party = await person(db, "Ivanova")
    call = await ordered(db, rules, party, anna.id, type="call_back", due_at=START + HOUR)
    desk = await ordered(db, rules, party, anna.id, due_at=START + 3 * HOUR)
    far = await ordered(db, rules, party, anna.id, due_at=START + 99 * HOUR)
    waits = await ordered(db, rules, party, anna.id, due_at=START + HOUR, priority=Priority.URGENT)
    await ordered(db, rules, party, boris.id, due_at=START + HOUR)
    await do(db, rules, waits, TaskMove.WAIT, anna.id, until=START + 5 * HOUR)
    first, second = await todo(db, clock, anna.id)
    assert (first.item.subject, first.item.cause) == (call, Cause.CALL_BACK)
    assert (first.item.party_name, first.why) == ("Ivanova", ("call_promised", "due_soon"))
    assert second.item.subject == desk
    await do(db, rules, far, TaskMove.START, anna.id)
    assert [one.item.subject for one in await todo(db, clock, anna.id)] == [call, far, desk]
    assert len(await todo(db, clock, anna.id, limit=1)) == 1
    await do(db, rules, call, TaskMove.FINISH, anna.id, result="spoken")
    assert call not in [one.item.subject for one in await todo(db, clock, anna.id)]


async def test_a_complaint_leads_to_the_clients_thanks(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    async with db.unit_of_work() as session:
        facts = ComplaintFacts(party=party, topic="card", essence="It does not work")
        key = await register(session, rules, facts, by=anna.id)
    seen = []
    for move in (ComplaintMove.TAKE, ComplaintMove.RESOLVE, ComplaintMove.TELL):
        seen.append([one.item.cause for one in await todo(db, clock, anna.id)])
        async with db.unit_of_work() as session:
            doing = Handling(move=move, words="Done")
            await handle(session, key, doing, rules=rules.tasks, by=anna.id)
    assert seen == [[Cause.COMPLAINT], [Cause.COMPLAINT], [Cause.COMPLAINT_TO_TELL]]
    (thank,) = await todo(db, clock, anna.id)
    assert (thank.item.cause, thank.item.subject) == (Cause.COMPLAINT_TO_THANK, key)
    async with db.unit_of_work() as session:
        doing = Handling(move=ComplaintMove.THANK)
        await handle(session, key, doing, rules=rules.tasks, by=anna.id)
    assert await todo(db, clock, anna.id) == []
