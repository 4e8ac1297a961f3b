"""Tasks are added as their kind has it, moved by the table, and each move is remembered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.managers.assigning import assign_managers
from crm_core.models import AuditEvent
from crm_core.staff.employees import deactivate
from crm_core.states import MoveRefused
from crm_core.tasks.history import history
from crm_core.tasks.moving import add, order
from crm_core.tasks.states import SubjectKind, TaskMove, TaskSource, TaskState
from crm_core.tasks.task import About, Stale, TaskFacts, TaskOrder, TaskUnknown
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import about, do, ordered, seen

DAY = timedelta(days=1)


async def test_a_task_takes_from_its_kind_what_the_order_leaves_out(
    db: Database, rules: WorkRules
) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    party = await person(db, "Ivanova")
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [boris.id, anna.id], by="test")
    own = await seen(db, await ordered(db, rules, party, anna.id, type="send_documents"))
    assert (own.owner, own.state, own.estimate_min) == (anna.id, TaskState.ASSIGNED, 15)
    assert own.due_at == START + timedelta(hours=8)
    managers = await seen(db, await ordered(db, rules, party, anna.id, type="contact_client"))
    assert (managers.owner, managers.owner_name, managers.party_name) == (
        boris.id,
        "Boris",
        "Ivanova",
    )


async def test_the_first_manager_who_is_still_there_is_the_owner(
    db: Database, rules: WorkRules
) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    party = await person(db, "Ivanova")
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [boris.id, anna.id], by="test")
        await deactivate(session, boris.id, by="test", reason="left")
    task = await seen(db, await ordered(db, rules, party, boris.id, type="contact_client"))
    assert task.owner == anna.id


@pytest.mark.parametrize(
    ("wanted", "field", "problem"),
    [
        ({"type": "dance"}, "type", "unknown"),
        ({"title": "  "}, "title", "missing"),
        ({"due_at": START}, "due_at", "past"),
        ({"owner": AgentId("nobody")}, "owner", "unknown"),
    ],
)
async def test_an_order_that_makes_no_task(
    db: Database, rules: WorkRules, wanted: dict[str, object], field: str, problem: str
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    with pytest.raises(FieldRefused) as refused:
        await ordered(db, rules, party, anna.id, **wanted)
    assert (refused.value.field, refused.value.problem) == (field, problem)


async def test_a_task_of_nobody_known(db: Database, rules: WorkRules) -> None:
    anna = await hired(db, "anna")
    with pytest.raises(PartyUnknown):
        await ordered(db, rules, PartyId("nobody"), anna.id)
    with pytest.raises(TaskUnknown):
        await do(db, rules, "none", TaskMove.START, anna.id)


async def test_from_order_to_result(db: Database, rules: WorkRules, clock: FakeClock) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    party = await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, type="call_back")
    await do(db, rules, key, TaskMove.ASSIGN, anna.id, owner=boris.id, words="He knows her")
    await do(db, rules, key, TaskMove.START, boris.id)
    waiting = await do(db, rules, key, TaskMove.WAIT, boris.id, until=START + DAY)
    assert (waiting.state, waiting.waiting_until) == (TaskState.WAITING, START + DAY)
    clock.pass_(hours=25)
    done = await do(db, rules, key, TaskMove.FINISH, boris.id, result="spoken", spent_min=7)
    assert (done.state, done.result_code, done.spent_min) == (TaskState.DONE, "spoken", 7)
    assert (done.closed_at, done.waiting_until) == (clock.now(), None)
    async with db.reading() as session:
        told = [(one.move, one.actor_name) for one in await history(session, "task", key)]
        audited = list(
            await session.scalars(
                select(AuditEvent.reason)
                .where(AuditEvent.subject_kind == "task", AuditEvent.subject == key)
                .order_by(AuditEvent.seq)
            )
        )
    assert told == [
        ("finish", "Boris"),
        ("start", "Boris"),
        ("resume", "Boris"),
        ("wait", "Boris"),
        ("start", "Boris"),
        ("assign", "Anna"),
        ("added", "Anna"),
    ]
    assert audited == ["call_back", "assign", "start", "wait", "finish"]


async def test_a_task_is_not_done_without_a_result_of_its_kind(
    db: Database, rules: WorkRules
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, type="call_back")
    for result, problem in (("", "missing"), ("sent", "not_allowed")):
        with pytest.raises(FieldRefused) as refused:
            await do(db, rules, key, TaskMove.FINISH, anna.id, result=result)
        assert (refused.value.field, refused.value.problem) == ("result", problem)
    assert (await seen(db, key)).state is TaskState.ASSIGNED


async def test_a_refused_task_goes_back_with_its_reason(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id)
    with pytest.raises(FieldRefused, match="words: missing"):
        await do(db, rules, key, TaskMove.REJECT, anna.id)
    back = await do(db, rules, key, TaskMove.REJECT, anna.id, words="Not my client")
    assert (back.state, back.owner) == (TaskState.NEW, None)
    async with db.reading() as session:
        assert (await history(session, "task", key))[0].note == "Not my client"
    taken = await do(db, rules, key, TaskMove.START, anna.id)
    assert (taken.state, taken.owner) == (TaskState.IN_PROGRESS, anna.id)


async def test_what_is_over_stays_so(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id)
    await do(db, rules, key, TaskMove.CANCEL, anna.id, words="Client is a duplicate")
    for move in TaskMove:
        with pytest.raises(MoveRefused):
            await do(db, rules, key, move, anna.id, owner=anna.id, words="x", result="fulfilled")


async def test_a_wait_needs_a_time_to_come(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id)
    for until, problem in ((None, "missing"), (START, "past")):
        with pytest.raises(FieldRefused, match=f"until: {problem}"):
            await do(db, rules, key, TaskMove.WAIT, anna.id, until=until)


async def test_who_saw_an_older_state_is_told(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id)
    shown = (await seen(db, key)).row_version
    await do(db, rules, key, TaskMove.START, anna.id, version=shown)
    with pytest.raises(Stale):
        await do(db, rules, key, TaskMove.FINISH, anna.id, version=shown, result="fulfilled")


async def test_one_source_makes_one_task(db: Database) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    facts = TaskFacts(
        type="other",
        title="x",
        about=About(kind=SubjectKind.CALL, id="c1", party=party),
        due_at=START + DAY,
        owner=anna.id,
        source=TaskSource.RULE,
        source_key="call:c1:follow_up",
    )
    async with db.unit_of_work() as session:
        first = await add(session, facts, by="rule")
        assert await add(session, facts, by="rule") == first
        told = await history(session, "task", first)
    assert [one.move for one in told] == ["added"]


async def test_a_task_for_the_pool_has_no_owner(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    facts = TaskFacts(type="other", title="x", about=about(party), due_at=START + DAY)
    async with db.unit_of_work() as session:
        key = await add(session, facts, by="rule")
    assert (await seen(db, key)).state is TaskState.NEW
    done = await do(db, rules, key, TaskMove.FINISH, anna.id, result="fulfilled")
    assert (done.state, done.owner) == (TaskState.DONE, anna.id)


async def test_order_checks_the_kind_before_the_database(db: Database, rules: WorkRules) -> None:
    async with db.unit_of_work() as session:
        with pytest.raises(FieldRefused):
            wanted = TaskOrder(type="", title="x", about=about(PartyId("none")))
            await order(session, rules.tasks, wanted, by=AgentId("none"))
