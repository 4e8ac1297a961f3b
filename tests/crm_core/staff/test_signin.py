"""Signing in, staying in, and being thrown out."""

import asyncio
import statistics
import time

import pytest
from sqlalchemy import select, text

from crm_core.database import Database
from crm_core.models import AuditEvent, Role, SessionRow, SignInThrottle, TicketRow
from crm_core.staff.employees import Employee, deactivate, hire, set_password
from crm_core.staff.passwords import PasswordOptions, PasswordRefused, Passwords
from crm_core.staff.signin import (
    BadCredentials,
    SessionExpired,
    SignedIn,
    SignIn,
    SignInOptions,
    Throttled,
    TicketRefused,
)
from crm_core.staff.throttle import ThrottleOptions
from tests.crm_core.conftest import CHEAP, FakeClock, signing_in

PASSWORD = "correct horse battery"
HERE = "192.0.2.7"


@pytest.fixture
async def anna(db: Database) -> Employee:
    hashed = await Passwords(CHEAP).hash(PASSWORD)
    async with db.unit_of_work() as session:
        return await hire(
            session,
            "Anna",
            name="Anna",
            role=Role.MANAGER,
            language="en",
            password_hash=hashed,
            by="test",
        )


@pytest.fixture
def door(db: Database, clock: FakeClock) -> SignIn:
    return signing_in(db, clock)


async def inside(door: SignIn) -> SignedIn:
    return await door.session((await door.sign_in("anna", PASSWORD, origin=HERE)).token)


async def refused(door: SignIn, username: str, times: int, origin: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(BadCredentials):
            await door.sign_in(username, "wrong", origin=origin)


async def test_the_right_password_opens_a_session(door: SignIn, anna: Employee) -> None:
    opened = await door.sign_in(" ANNA ", PASSWORD, origin=HERE)
    found = await door.session(opened.token)
    assert opened.employee == found.employee == anna
    assert opened.csrf == found.csrf
    assert len(opened.token) >= 43 and await door.still_valid(found.session_id)


async def test_each_session_has_its_own_token(door: SignIn, anna: Employee) -> None:
    opened = [await door.sign_in("anna", PASSWORD, origin=HERE) for _ in range(3)]
    assert len({one.token for one in opened} | {one.csrf for one in opened}) == 6


@pytest.mark.parametrize(
    ("username", "password"),
    [("anna", "wrong"), ("anna", ""), ("anna", PASSWORD + "\0"), ("nobody", PASSWORD), ("", "")],
)
async def test_anything_else_is_bad_credentials(
    door: SignIn, anna: Employee, username: str, password: str
) -> None:
    with pytest.raises(BadCredentials) as told:
        await door.sign_in(username, password, origin=HERE)
    assert str(told.value) == "bad_credentials"


async def test_an_employee_who_left_does_not_come_in(
    db: Database, door: SignIn, anna: Employee
) -> None:
    signed_in = await inside(door)
    async with db.unit_of_work() as session:
        await deactivate(session, anna.id, by="test", reason="left")
    assert not await door.still_valid(signed_in.session_id)
    await refused(door, "anna", 1)


async def test_nothing_secret_stands_in_the_database(
    db: Database, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    ticket = await door.issue_ticket(await door.session(opened.token))
    async with db.reading() as session:
        told = [
            str(tuple(row))
            for table in ("employee", "session", "ticket", "audit_event", "sign_in_throttle")
            for row in await session.execute(text(f"SELECT * FROM {table}"))
        ]
    for secret in (PASSWORD, opened.token, ticket):
        assert secret not in " ".join(told)
    assert "$argon2id$" in " ".join(told)
    assert opened.token not in repr(opened)


async def test_a_session_ends_by_signing_out(door: SignIn, anna: Employee) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    other = await door.sign_in("anna", PASSWORD, origin=HERE)
    await door.sign_out(opened.token)
    await door.sign_out(opened.token)
    with pytest.raises(SessionExpired):
        await door.session(opened.token)
    assert (await door.session(other.token)).employee == anna


async def test_a_new_password_can_end_all_sessions(
    db: Database, door: SignIn, anna: Employee
) -> None:
    signed_in = await inside(door)
    hashed = await Passwords(CHEAP).hash("quite another one")
    async with db.unit_of_work() as session:
        await set_password(session, anna.id, password_hash=hashed, by="test")
    await door.revoke(anna.id, by="test", reason="new password")
    assert not await door.still_valid(signed_in.session_id)
    await refused(door, "anna", 1)
    with pytest.raises(BadCredentials):
        await door.sign_in("anna", PASSWORD, origin=HERE)


async def test_an_idle_session_ends(
    db: Database, clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    for _ in range(4):
        clock.pass_(seconds=7_100)
        signed_in = await door.session(opened.token)
    clock.pass_(seconds=7_199)
    await door.touch(signed_in.session_id)
    clock.pass_(seconds=7_199)
    assert await door.still_valid(signed_in.session_id)
    clock.pass_(seconds=1)
    assert not await door.still_valid(signed_in.session_id)
    with pytest.raises(SessionExpired):
        await door.session(opened.token)


async def test_a_busy_session_ends_at_its_limit(
    clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    for _ in range(11):
        clock.pass_(hours=1)
        await door.session(opened.token)
    clock.pass_(hours=1)
    with pytest.raises(SessionExpired):
        await door.session(opened.token)


async def test_reading_a_session_writes_at_most_once_a_minute(
    db: Database, clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    began = clock.now()
    for seconds, seen in ((59, began), (1, None)):
        clock.pass_(seconds=seconds)
        await door.session(opened.token)
        async with db.reading() as session:
            assert await session.scalar(select(SessionRow.seen_at)) == (seen or clock.now())


async def test_a_ticket_opens_once(door: SignIn, anna: Employee) -> None:
    signed_in = await inside(door)
    ticket = await door.issue_ticket(signed_in)
    assert (await door.redeem_ticket(ticket)).session_id == signed_in.session_id
    with pytest.raises(TicketRefused):
        await door.redeem_ticket(ticket)


async def test_a_ticket_used_twice_at_once_opens_once(door: SignIn, anna: Employee) -> None:
    ticket = await door.issue_ticket(await inside(door))
    tries = (door.redeem_ticket(ticket) for _ in range(8))
    got = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, SignedIn) for one in got) == 1
    assert sum(isinstance(one, TicketRefused) for one in got) == 7


async def test_a_ticket_does_not_outlive_its_time_or_its_session(
    clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    signed_in = await door.session(opened.token)
    late = await door.issue_ticket(signed_in)
    clock.pass_(seconds=30)
    with pytest.raises(TicketRefused):
        await door.redeem_ticket(late)
    orphan = await door.issue_ticket(signed_in)
    await door.sign_out(opened.token)
    with pytest.raises(SessionExpired):
        await door.redeem_ticket(orphan)
    with pytest.raises(TicketRefused):
        await door.redeem_ticket("none of ours")


async def test_guessing_at_an_account_gets_slower_and_slower(
    clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    await refused(door, "anna", 5)
    waits = []
    for _ in range(14):
        with pytest.raises(Throttled) as told:
            await door.sign_in("anna", PASSWORD, origin=HERE)
        waits.append(told.value.retry_after_s)
        clock.pass_(seconds=told.value.retry_after_s)
        await refused(door, "anna", 1)
    assert waits == [min(2.0**n, 900) for n in range(14)]
    clock.pass_(seconds=900)
    await door.sign_in("anna", PASSWORD, origin=HERE)
    await refused(door, "anna", 4)


async def test_an_unknown_account_is_slowed_just_the_same(door: SignIn) -> None:
    await refused(door, "nobody", 5)
    with pytest.raises(Throttled):
        await door.sign_in("nobody", PASSWORD, origin=HERE)


async def test_hammering_does_not_lock_the_owner_out_for_longer(
    clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    await refused(door, "anna", 5)
    for _ in range(50):
        with pytest.raises(Throttled):
            await door.sign_in("anna", "wrong", origin="198.51.100.9")
    clock.pass_(seconds=1)
    await door.sign_in("anna", PASSWORD, origin=HERE)


async def test_one_origin_that_tries_many_accounts_is_slowed(
    db: Database, clock: FakeClock, anna: Employee
) -> None:
    door = signing_in(db, clock, throttle=ThrottleOptions(origin_free=8))
    for n in range(8):
        await refused(door, f"user{n}", 1)
    with pytest.raises(Throttled):
        await door.sign_in("anna", PASSWORD, origin=HERE)
    await door.sign_in("anna", PASSWORD, origin="198.51.100.9")


async def test_guesses_sent_at_once_do_not_slip_through(door: SignIn, anna: Employee) -> None:
    tries = (door.sign_in("anna", f"wrong{n}", origin=HERE) for n in range(20))
    got = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, BadCredentials) for one in got) == 5
    assert sum(isinstance(one, Throttled) for one in got) == 15


async def test_an_unknown_account_takes_as_long_as_a_wrong_password(
    db: Database, clock: FakeClock, anna: Employee
) -> None:
    costly = SignInOptions(
        passwords=PasswordOptions(passes=2, memory_kib=16_384, lanes=1),
        throttle=ThrottleOptions(account_free=99, origin_free=999),
    )
    door = SignIn(db, clock, costly)
    hashed = await Passwords(costly.passwords).hash(PASSWORD)
    async with db.unit_of_work() as session:
        await set_password(session, anna.id, password_hash=hashed, by="test")
    taken: dict[str, list[float]] = {"anna": [], "nobody": []}
    for _ in range(12):
        for username, times in taken.items():
            start = time.process_time()
            await refused(door, username, 1)
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.6 < unknown / known < 1.6


async def test_signing_in_and_out_and_failing_are_audited(
    db: Database, door: SignIn, anna: Employee
) -> None:
    opened = await door.sign_in("anna", PASSWORD, origin=HERE)
    await refused(door, "anna", 1)
    await refused(door, "a-password-typed-as-a-name", 1)
    await door.sign_out(opened.token)
    async with db.reading() as session:
        events = list(await session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))
    assert [(one.action, one.actor) for one in events[1:]] == [
        ("signed_in", anna.id),
        ("sign_in_failed", anna.id),
        ("sign_in_failed", "unknown"),
        ("signed_out", anna.id),
    ]


async def test_what_is_long_over_is_purged(
    db: Database, clock: FakeClock, door: SignIn, anna: Employee
) -> None:
    await door.issue_ticket(await inside(door))
    await refused(door, "anna", 1)
    clock.pass_(days=29)
    await door.purge()
    async with db.reading() as session:
        assert await session.scalar(select(SessionRow.id))
        assert await session.scalar(select(TicketRow.session)) is None
        assert await session.scalar(select(SignInThrottle.subject)) is None
    clock.pass_(days=3)
    await door.purge()
    async with db.reading() as session:
        assert await session.scalar(select(SessionRow.id)) is None


@pytest.mark.parametrize("password", ["short", "x" * 11, "x" * 257])
async def test_passwords_too_short_or_endless_are_refused(password: str) -> None:
    with pytest.raises(PasswordRefused):
        await Passwords(CHEAP).hash(password)
