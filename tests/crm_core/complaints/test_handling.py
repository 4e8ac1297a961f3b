"""A complaint ends with the client told and thanked, never before; its tasks keep pace."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.complaints.complaint import Complaint, ComplaintFacts, ComplaintFilters, Handling
from crm_core.complaints.handling import handle, register
from crm_core.complaints.reading import complaint, complaints, glance, timeline_events
from crm_core.complaints.states import COMPLAINT_MOVES, ComplaintMove, ComplaintState
from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import AuditEvent
from crm_core.states import MoveRefused, after, can
from crm_core.tasks.moving import move as move_task
from crm_core.tasks.reading import tasks
from crm_core.tasks.states import TaskMove
from crm_core.tasks.task import Doing, FinishedElsewhere, Stale, TaskFilters
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import rules

__all__ = ["rules"]
_M = ComplaintMove


async def registered(
    db: Database, rules: WorkRules, party: PartyId, by: AgentId, **facts: str
) -> str:
    given = {"topic": "fees", "essence": "Charged twice", **facts}
    async with db.unit_of_work() as session:
        return await register(session, rules, ComplaintFacts(party=party, **given), by=by)  # type: ignore[arg-type]


async def done(
    db: Database,
    rules: WorkRules,
    key: str,
    move: ComplaintMove,
    by: AgentId,
    words: str = "",
    version: int | None = None,
) -> Complaint:
    async with db.unit_of_work() as session:
        doing = Handling(move=move, words=words, version=version)
        await handle(session, key, doing, rules=rules.tasks, by=by)
    async with db.reading() as session:
        found = await complaint(session, key)
    assert found is not None
    return found


async def owned(db: Database, party: PartyId) -> list[tuple[str, str]]:
    """The party's tasks: kind and state."""
    async with db.reading() as session:
        page = await tasks(session, TaskFilters(party=party))
        return sorted((one.type, one.state.value) for one in page.items)


async def test_from_registering_to_thanks(db: Database, rules: WorkRules, clock: FakeClock) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await registered(db, rules, party, anna.id)
    assert await owned(db, party) == [("handle_complaint", "assigned")]
    await done(db, rules, key, _M.TAKE, anna.id)
    clock.pass_(hours=1)
    resolved = await done(db, rules, key, _M.RESOLVE, anna.id, "The fee was given back")
    assert (resolved.resolution, resolved.resolved_at) == ("The fee was given back", clock.now())
    assert await owned(db, party) == [("handle_complaint", "done"), ("tell_complaint", "assigned")]
    told = await done(db, rules, key, _M.TELL, anna.id)
    assert (told.told_client_at, told.open) == (clock.now(), True)
    assert await owned(db, party) == [("handle_complaint", "done"), ("tell_complaint", "done")]
    closed = await done(db, rules, key, _M.THANK, anna.id)
    assert (closed.state, closed.thanked, closed.open) == (ComplaintState.CLOSED, True, False)
    async with db.reading() as session:
        reasons = select(AuditEvent.reason).where(AuditEvent.subject == key)
        audited = list(await session.scalars(reasons.order_by(AuditEvent.seq)))
    assert audited == ["fees", "take", "resolve", "tell", "thank"]


async def test_the_client_is_told_before_it_is_closed(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await registered(db, rules, party, anna.id)
    for move in (_M.THANK, _M.TELL, _M.RESOLVE):
        with pytest.raises(MoveRefused):
            await done(db, rules, key, move, anna.id, "x")
    await done(db, rules, key, _M.TAKE, anna.id)
    await done(db, rules, key, _M.RESOLVE, anna.id, "x")
    with pytest.raises(MoveRefused):
        await done(db, rules, key, _M.THANK, anna.id)


async def test_its_tasks_are_not_ticked_off_past_the_client(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await registered(db, rules, party, anna.id)
    async with db.unit_of_work() as session:
        (task,) = (await tasks(session, TaskFilters(party=party))).items
        assert task.led
        doing = Doing(move=TaskMove.FINISH, result="complaint_resolved")
        with pytest.raises(FinishedElsewhere):
            await move_task(session, task.id, doing, rules=rules.tasks, by=anna.id)


async def test_reopened_it_must_be_resolved_and_told_again(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await registered(db, rules, party, anna.id)
    await done(db, rules, key, _M.TAKE, anna.id)
    await done(db, rules, key, _M.RESOLVE, anna.id, "Nothing to do")
    with pytest.raises(FieldRefused, match="words: missing"):
        await done(db, rules, key, _M.REOPEN, anna.id)
    again = await done(db, rules, key, _M.REOPEN, anna.id, "He does not agree")
    assert (again.state, again.resolved_at, again.reopened) == (ComplaintState.IN_WORK, None, 1)
    assert await owned(db, party) == [
        ("handle_complaint", "assigned"),
        ("handle_complaint", "done"),
        ("tell_complaint", "done"),
    ]
    await done(db, rules, key, _M.RESOLVE, anna.id, "Given back")
    await done(db, rules, key, _M.TELL, anna.id)
    closed = await done(db, rules, key, _M.THANK, anna.id)
    assert closed.resolution == "Given back"


@pytest.mark.parametrize(
    ("facts", "field"), [({"topic": "weather"}, "topic"), ({"essence": " "}, "essence")]
)
async def test_what_is_no_complaint(
    db: Database, rules: WorkRules, facts: dict[str, str], field: str
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    with pytest.raises(FieldRefused) as refused:
        await registered(db, rules, party, anna.id, **facts)
    assert refused.value.field == field
    with pytest.raises(PartyUnknown):
        await registered(db, rules, PartyId("nobody"), anna.id)


async def test_an_answer_needs_words_and_the_newest_state(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await registered(db, rules, party, anna.id)
    await done(db, rules, key, _M.TAKE, anna.id, version=1)
    with pytest.raises(FieldRefused, match="words: missing"):
        await done(db, rules, key, _M.RESOLVE, anna.id, "  ")
    with pytest.raises(Stale):
        await done(db, rules, key, _M.RESOLVE, anna.id, "x", version=1)


async def test_lists_the_panel_and_the_timeline(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    slow = await registered(db, rules, party, anna.id, topic="loan")
    quick = await registered(db, rules, party, anna.id, topic="card")
    await done(db, rules, quick, _M.TAKE, anna.id)
    await done(db, rules, quick, _M.RESOLVE, anna.id, "New card")
    clock.pass_(days=4)
    async with db.reading() as session:
        first = await complaints(session, ComplaintFilters(owner=anna.id), limit=1)
        rest = await complaints(session, ComplaintFilters(), cursor=first.next_cursor)
        late = await complaints(session, ComplaintFilters(late_at=clock.now()))
        told = await glance(session, party)
        events = await timeline_events(session, party, before=None, limit=3)
        older = await timeline_events(session, party, before=events[-1].place, limit=3)
    assert [one.id for one in (*first.items, *rest.items)] == [quick, slow]
    assert [one.id for one in late.items] == [slow] and late.items[0].late(clock.now())
    assert told is not None and (len(told.open), told.untold) == (2, 1)
    titles = [one.title_code.rpartition(".")[2] for one in (*events, *older)]
    assert sorted(titles) == ["added", "added", "resolve", "take"]
    assert {one.actor for one in events} == {"Anna"}
    assert first.items[0].due_at == START + timedelta(days=1)


@given(st.lists(st.sampled_from(ComplaintMove), max_size=30))
def test_no_way_leads_to_closing_past_the_client(moves: list[ComplaintMove]) -> None:
    state, told = ComplaintState.REGISTERED, False
    for move in moves:
        if not can(COMPLAINT_MOVES, state, move):
            continue
        state = after(COMPLAINT_MOVES, state, move)
        told = move in (_M.TELL, _M.THANK) and (told or move is _M.TELL)
        if state is ComplaintState.CLOSED:
            assert told
