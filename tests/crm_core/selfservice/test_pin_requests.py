"""Setting up a PIN: four eyes, codes that are told once, and nothing that a thief could read."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.corebank import outbox
from crm_core.database import Database
from crm_core.duplicates.merging import merge, part
from crm_core.four_eyes.errors import SameEyes
from crm_core.models import (
    AuditEvent,
    Base,
    OutboxMessage,
    PartyPhone,
    PinRequest,
    PinThrottle,
    Task,
)
from crm_core.parties.erasure import ErasureReason, erase
from crm_core.selfservice import codes, pin_requests
from crm_core.selfservice.codes import CodeNotYours, NoRegisteredPhone
from crm_core.selfservice.pin_reading import pin_of, waiting
from crm_core.selfservice.pin_requests import (
    Ground,
    NotVerified,
    PinIsBlocked,
    PinRequestOpen,
    PinRequestOver,
)
from crm_core.selfservice.pin_states import (
    OPEN,
    REQUEST_MOVES,
    PinBasis,
    RequestMove,
    RequestState,
)
from crm_core.selfservice.pin_tidying import KEPT, raise_alarms, tidy
from crm_core.states import MoveRefused, after, can, final
from routing.ids import CallId, PartyId
from tests.crm_core.conftest import FakeClock, person
from tests.crm_core.selfservice.desk import AT_DESK, PHONE, PIN, Desk, client, opened
from tests.parts.canary import leaks

SECRET_PIN = "83920174"


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:
    yield await opened(db)


@pytest.fixture
async def party(desk: Desk) -> PartyId:
    return await client(desk.db)


async def choose(
    desk: Desk, party: PartyId, code: str, pin: str = PIN, call: str = "c-1.1"
) -> bool:
    account = await desk.of(party)
    return (await desk.pins.choose(account, code, pin, caller=PHONE, call=CallId(call))).done


async def test_two_employees_and_the_client_make_a_pin_that_none_of_them_knows_alone(
    desk: Desk, party: PartyId
) -> None:
    request = await desk.asked(party)
    with pytest.raises(MoveRefused):
        await codes.hand_out(desk.db, desk.hashes, request, by=desk.asker.id)
    with pytest.raises(SameEyes):
        async with desk.db.unit_of_work() as session:
            await pin_requests.approve(session, request, by=desk.asker.id)
    async with desk.db.unit_of_work() as session:
        await pin_requests.approve(session, request, by=desk.approver.id)
    with pytest.raises(CodeNotYours):
        await codes.hand_out(desk.db, desk.hashes, request, by=desk.approver.id)
    made = await codes.hand_out(desk.db, desk.hashes, request, by=desk.asker.id)
    with pytest.raises(MoveRefused):
        await codes.hand_out(desk.db, desk.hashes, request, by=desk.asker.id)
    assert await choose(desk, party, made.code)
    assert not await choose(desk, party, made.code, "8264", call="c-1.2")
    assert (await desk.try_(await desk.of(party), PIN)).party == party
    anna, daria = desk.asker.id, desk.approver.id
    async with desk.db.reading() as session:
        row = AuditEvent
        told = select(row.action, row.actor, row.detail).where(row.action.like("pin%"))
        events = (await session.execute(told.order_by(row.seq))).all()
    assert [(action, actor, detail.get("move")) for action, actor, detail in events] == [
        ("pin_requested", anna, None),
        ("pin_request_moved", daria, "approve"),
        ("pin_request_moved", anna, "issue"),
        ("pin_set", "caller", None),
        ("pin_code_wrong", "caller", None),
        ("pin_accepted", "caller", None),
    ]


async def test_a_code_has_three_tries_and_a_day(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    code = await desk.code(party)
    for n in range(3):
        clock.pass_(minutes=6)
        assert not await choose(desk, party, "00000000", call=f"c-1.{n}")
    clock.pass_(minutes=6)
    account = await desk.of(party)
    late = await desk.pins.choose(account, code, PIN, caller=None, call=CallId("c-2.1"))
    assert not late.done
    assert (await one_request(desk)).state is RequestState.SPOILT
    code = await desk.code(party)
    clock.pass_(hours=24)
    assert not await choose(desk, party, code, call="c-3.1")
    async with desk.db.unit_of_work() as session:
        await tidy(session)
    assert (await one_request(desk)).state is RequestState.EXPIRED


async def test_a_weak_pin_is_refused_and_a_personal_one_only_to_who_has_the_code(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    code, account, tail = await desk.code(party), await desk.of(party), PHONE[2:6]
    told = [(code, "1234"), ("00000000", "1111"), (code, tail), ("00000000", tail), (code, PIN)]
    heard = []
    for one, pin in told:
        clock.pass_(seconds=2)
        came = await desk.pins.choose(account, one, pin, caller=PHONE, call=CallId("c-1.1"))
        heard.append((came.done, came.weak))
    weak, wrong, done = (False, True), (False, False), (True, False)
    assert heard == [weak, weak, weak, wrong, done]


async def test_who_forgot_his_pin_and_is_locked_out_sets_another(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    await desk.set_pin(party)
    account = await desk.of(party)
    for n in range(5):
        clock.pass_(minutes=6)
        await desk.try_(account, "0000", call=f"n-1.{n}")
    async with desk.db.unit_of_work() as session:
        assert (await pin_of(session, party)).locked_until == clock.now() + timedelta(hours=24)
        assert await raise_alarms(session) == 1
        assert await raise_alarms(session) == 0
        task = (await session.scalars(select(Task))).one()
    assert (task.type, task.party, task.owner) == ("pin_locked", party, desk.approver.id)
    await desk.set_pin(party, "8264", call="c-2.1")
    assert (await desk.try_(account, "8264", caller=PHONE, call="n-2.1")).party == party


async def test_on_a_call_the_client_must_be_verified_on_it(desk: Desk, party: PartyId) -> None:
    with pytest.raises(NotVerified):
        await desk.asked(party, Ground(basis=PinBasis.CALL))


async def test_a_blocked_pin_opens_nothing_and_takes_no_other(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    await desk.set_pin(party)
    code, account = await desk.code(party), await desk.of(party)
    async with desk.db.unit_of_work() as session:
        await pin_requests.block(session, party, by=desk.asker.id)
    assert (await desk.try_(account, PIN, call="n-1.1")).party is None
    assert not await choose(desk, party, code, call="c-1.1")
    with pytest.raises(PinIsBlocked):
        await desk.asked(party)
    async with desk.db.unit_of_work() as session:
        await pin_requests.unblock(session, party, by=desk.approver.id)
    clock.pass_(seconds=2)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-1.2")).party == party
    async with desk.db.unit_of_work() as session:
        await pin_requests.remove(session, party, by=desk.asker.id)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-1.3")).party is None


async def test_one_request_at_a_time_and_each_step_within_a_day(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    first = await desk.asked(party)
    with pytest.raises(PinRequestOpen):
        await desk.asked(party)
    async with desk.db.unit_of_work() as session:
        assert [one.id for one in (await waiting(session)).items] == [first]
    clock.pass_(hours=24)
    with pytest.raises(PinRequestOver):
        async with desk.db.unit_of_work() as session:
            await pin_requests.approve(session, first, by=desk.approver.id)
    second = await desk.asked(party)
    async with desk.db.unit_of_work() as session:
        await pin_requests.withdraw(session, second, by=desk.asker.id)
    async with desk.db.reading() as session:
        found = await pin_of(session, party)
    assert [one.state for one in found.requests] == ["withdrawn", "expired"]


async def test_a_code_that_is_sent_leaves_sealed_and_to_an_old_number_only(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    with pytest.raises(NoRegisteredPhone):
        await codes.send(desk.db, desk.hashes, party, AT_DESK, by=desk.approver.id)
    clock.pass_(days=4)
    await codes.send(desk.db, desk.hashes, party, AT_DESK, by=desk.approver.id)
    async with desk.db.unit_of_work() as session:
        (message,) = await outbox.due(session, limit=9)
        told = outbox.opened(desk.hashes.keyed, message)
        assert told["phone"] == await session.scalar(select(PartyPhone.id))
        assert told["code"] not in str(message.payload)
        await outbox.delivered(session, message)
        assert set((await session.scalars(select(OutboxMessage.payload))).one()) == {
            "request",
            "phone",
            "until",
        }
    assert await choose(desk, party, told["code"])
    async with desk.db.reading() as session:
        assert [one.kind for one in await outbox.due(session, limit=9)] == ["pin.set"]


async def test_a_merge_leads_the_number_on_and_leaves_the_pin(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    await desk.set_pin(party)
    number, stays = await desk.number(party), await person(desk.db, "Same")
    async with desk.db.unit_of_work() as session:
        done = await merge(session, stays, party, by="sofia", reason="the same")
    account = await desk.account(number)
    assert (account.party, (await desk.of(party)).party) == (stays, None)
    assert (await desk.try_(account, PIN, call="n-1.1")).party is None
    async with desk.db.unit_of_work() as session:
        await part(session, done.merge, by="sofia")
    account = await desk.account(number)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-1.2")).party == party


async def test_erasure_takes_the_number_and_the_pin(desk: Desk, party: PartyId) -> None:
    await desk.set_pin(party)
    number = await desk.number(party)
    async with desk.db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    assert (await desk.account(number)).party is None
    assert not await choose(desk, party, "00000000")


async def test_old_tries_and_requests_are_forgotten(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    await desk.set_pin(party)
    await desk.try_(await desk.of(party), "0000")
    clock.pass_(days=KEPT.days + 1)
    async with desk.db.unit_of_work() as session:
        await tidy(session)
        for table in (PinThrottle, PinRequest):
            assert list(await session.scalars(select(table))) == []


async def test_no_digit_of_a_secret_stands_anywhere(
    desk: Desk, party: PartyId, clock: FakeClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any row of any table, and not in what is logged at the finest level."""
    caplog.set_level(logging.DEBUG)
    code, account = await desk.code(party), await desk.of(party)
    wrong, wrong_code = "47110815", "90817263"
    assert not await choose(desk, party, wrong_code, SECRET_PIN)
    clock.pass_(seconds=2)
    assert await choose(desk, party, code, SECRET_PIN, call="c-1.2")
    await desk.try_(account, wrong, call="n-1.1")
    clock.pass_(seconds=2)
    assert (await desk.try_(account, SECRET_PIN, caller=PHONE, call="n-1.2")).party
    (tmp_path / "log").write_text(caplog.text + repr(account))
    async with desk.db.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = (await session.execute(select(table))).all()
            (tmp_path / table.name).write_text(repr([tuple(row) for row in rows]))
    assert leaks([SECRET_PIN, code, wrong, wrong_code], tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("full", f"Got digits {SECRET_PIN}"),
        ("83920174.wav", ""),
        ("journal", '["8", "3", "9", "2", "0", "1", "7", "4"]'),
        ("dtmf", "".join(f"DTMF end '{one}' received on SIP/1\n" for one in SECRET_PIN)),
        ("ami", "".join(f"Event: DTMFEnd\r\nDigit: {one}\r\n\r\n" for one in SECRET_PIN)),
    ],
)
def test_a_canary_is_found_however_it_got_out(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_text(text, encoding="utf-8")
    assert len(leaks([SECRET_PIN], tmp_path)) == 1
    assert leaks(["83920175"], tmp_path) == []


@given(st.lists(st.sampled_from(RequestMove), max_size=12))
def test_a_pin_comes_of_a_request_only_after_approval_and_a_code(moves: list[RequestMove]) -> None:
    state, done = RequestState.ASKED, []
    for move in moves:
        if can(REQUEST_MOVES, state, move):
            state = after(REQUEST_MOVES, state, move)
            done.append(move)
    if state is RequestState.USED:
        assert done == [RequestMove.APPROVE, RequestMove.ISSUE, RequestMove.USE]
    assert (state in OPEN) == (state not in final(REQUEST_MOVES))


async def one_request(desk: Desk) -> PinRequest:
    """The newest request."""
    async with desk.db.reading() as session:
        newest = select(PinRequest).order_by(PinRequest.id.desc()).limit(1)
        return (await session.scalars(newest)).one()
