"""The timer ends waits and tells upwards of late tasks, once for each step."""

from datetime import timedelta

from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.models import Role, Team, TeamMember
from crm_core.tasks.escalation import nightly, run
from crm_core.tasks.moving import move
from crm_core.tasks.reading import due_count, tasks
from crm_core.tasks.states import TaskMove, TaskState
from crm_core.tasks.task import Doing, TaskFilters
from crm_core.work_rules import WorkRules
from routing.ids import AgentId
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import do, ordered, seen

HOUR = timedelta(hours=1)


class Told:
    """Counts what the job says it has done."""

    done = 0

    async def __call__(self, done: int) -> None:
        self.done += done


async def team(db: Database, name: str, *, lead: AgentId, members: list[AgentId]) -> str:
    async with db.unit_of_work() as session:
        row = Team(id=new_id(), name=name, lead=lead, created_at=START, updated_at=START)
        session.add(row)
        await session.flush()
        session.add_all(
            TeamMember(id=new_id(), team=row.id, employee=one, valid_from=START, created_at=START)
            for one in members
        )
        return row.id


async def test_a_late_task_goes_to_the_lead_then_to_a_supervisor(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, lead = await hired(db, "anna"), await hired(db, "lena")
    sofia, party = await hired(db, "sofia", Role.SUPERVISOR), await person(db, "Ivanova")
    await team(db, "North", lead=lead.id, members=[anna.id])
    key = await ordered(db, rules, party, anna.id, due_at=START + HOUR)
    seen_by = []
    for hours, counts in ((2, 0), (6, 1), (7, 0), (26, 1), (99, 0)):
        clock.at = START + hours * HOUR
        told = Told()
        done = await run(db, rules.tasks, now=clock.now(), progress=told)
        assert (done["escalated"], told.done) == (counts, counts)
        seen_by.append((await seen(db, key)).escalated_to)
    assert seen_by == [None, lead.id, lead.id, sofia.id, sofia.id]
    async with db.reading() as session:
        page = await tasks(session, TaskFilters(owners=[sofia.id]))
        assert [one.id for one in page.items] == [key]
        assert await due_count(session, anna.id, now=clock.now()) == 1


async def test_one_night_may_have_to_make_up_for_both_steps(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, sofia = await hired(db, "anna"), await hired(db, "sofia", Role.SUPERVISOR)
    party = await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, due_at=START + HOUR)
    clock.pass_(days=3)
    told = Told()
    counts = await nightly(rules.tasks)(db, clock.now().date(), told)
    assert (counts, told.done) == ({"resumed": 0, "escalated": 1}, 1)
    task = await seen(db, key)
    assert (task.escalation, task.escalated_to) == (2, sofia.id)


async def test_a_wait_that_is_over_ends_and_only_then_can_be_late(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, due_at=START + HOUR)
    await do(db, rules, key, TaskMove.WAIT, anna.id, until=START + 30 * HOUR)
    clock.at = START + 29 * HOUR
    assert await run(db, rules.tasks, now=clock.now(), progress=Told()) == {
        "resumed": 0,
        "escalated": 0,
    }
    clock.at = START + 30 * HOUR
    assert await run(db, rules.tasks, now=clock.now(), progress=Told()) == {
        "resumed": 1,
        "escalated": 1,
    }
    assert (await seen(db, key)).state is TaskState.ASSIGNED


async def test_what_is_done_is_late_no_more(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, due_at=START + HOUR)
    async with db.unit_of_work() as session:
        doing = Doing(move=TaskMove.FINISH, result="fulfilled")
        await move(session, key, doing, rules=rules.tasks, by=anna.id)
    clock.pass_(days=3)
    counts = await run(db, rules.tasks, now=clock.now(), progress=Told())
    assert counts["escalated"] == 0


async def test_the_teams_pool_and_the_pages_of_a_list(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    party = await person(db, "Ivanova")
    north = await team(db, "North", lead=boris.id, members=[anna.id, boris.id])
    keys = [
        await ordered(db, rules, party, anna.id, due_at=START + hours * HOUR)
        for hours in (3, 1, 2, 2)
    ]
    await do(db, rules, keys[0], TaskMove.REJECT, anna.id, words="no")
    async with db.reading() as session:
        own = await tasks(session, TaskFilters(owners=[boris.id], teams=[north]))
        assert [one.id for one in own.items] == [keys[0]]
        listed: list[str] = []
        cursor = None
        for _ in range(4):
            page = await tasks(session, TaskFilters(party=party), cursor=cursor, limit=1)
            listed += [one.id for one in page.items]
            cursor = page.next_cursor
    assert (listed, cursor) == ([keys[1], *sorted(keys[2:]), keys[0]], None)
