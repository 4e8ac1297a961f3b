"""The demo's employees have something to do, and each start of the demo leaves it as it is."""

from datetime import timedelta

from config.work import read_work_rules
from crm_core.complaints.complaint import ComplaintFilters
from crm_core.complaints.reading import complaints
from crm_core.complaints.states import ComplaintState
from crm_core.database import Database
from crm_core.demo.people import USERNAMES, seed
from crm_core.interests.interest import InterestFilters
from crm_core.interests.offering import offers
from crm_core.interests.reading import interests
from crm_core.staff.employees import employees
from crm_core.tasks.deadline import Punctuality
from crm_core.tasks.reading import tasks
from crm_core.tasks.task import TaskFilters
from crm_core.worklist.doing import worklist
from crm_core.worklist.ranking import Cause
from tests.crm_core.conftest import CHEAP, FakeClock
from tests.crm_core.tasks.conftest import CONFIG


async def test_there_is_something_of_everything(db: Database, clock: FakeClock) -> None:
    rules = read_work_rules(CONFIG)
    passwords = dict.fromkeys(USERNAMES, "a long enough password")
    for _ in range(2):
        await seed(db, clock, passwords=passwords, hashing=CHEAP, work=rules)
    async with db.reading() as session:
        people = {one.username: one.id for one in await employees(session)}
        found = (await tasks(session, TaskFilters(), limit=200)).items
        said = (await complaints(session, ComplaintFilters())).items
        asked = (await interests(session, InterestFilters())).items
        todo = await worklist(session, people["anna"], now=clock.now(), limit=20)
        ivanova = next(one.party for one in said if one.topic == "card")
        offered = await offers(session, ivanova, rules.offers)
    stands = {one.stands(clock.now()) for one in found}
    assert {Punctuality.OVERDUE, Punctuality.DUE_SOON, Punctuality.WAITING} <= stands
    assert len(found) == len({one.id for one in found}) == 12
    assert sorted(one.state for one in said) == [
        ComplaintState.REGISTERED,
        ComplaintState.RESOLVED,
    ]
    assert len(asked) == 2 and sum(one.deal is not None for one in asked) == 1
    assert [one.product for one in offered] == ["home", "savings"]
    causes = [one.item.cause for one in todo]
    assert Cause.COMPLAINT_TO_TELL in causes and Cause.CALL_BACK in causes
    assert todo[0].item.due_at <= clock.now() + timedelta(days=1)
