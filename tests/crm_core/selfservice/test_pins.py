"""PINs let in who knows them and nobody else, and tell nothing of whom they do not let in."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import verify
from crm_core.bank.terms import VerificationLevel
from crm_core.database import Database
from crm_core.models import AuditEvent, Person, PinLockout, PinThrottle, TelephonePin
from crm_core.sealing import KeyringOptions
from crm_core.selfservice import pin_requests
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.selfservice.pin_limits import MOST_A_DAY
from crm_core.selfservice.pins import Pins
from routing.ids import CallId, PartyId
from tests.crm_core.conftest import CHEAP, START, FakeClock, person
from tests.crm_core.selfservice.desk import PHONE, PIN, Desk, client, opened

PASSES = {"hours": 25}


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:
    yield await opened(db)


@pytest.fixture
async def party(desk: Desk) -> PartyId:
    """A client with a PIN."""
    party = await client(desk.db)
    await desk.set_pin(party)
    return party


async def test_the_right_pin_proves_the_client_however_he_is_named(
    desk: Desk, party: PartyId
) -> None:
    named = await desk.account(await desk.number(party)), await desk.of(party)
    for n, account in enumerate(named):
        came = await desk.try_(account, PIN, call=f"n-1.{n}")
        assert (came.party, came.level) == (party, VerificationLevel.KNOWLEDGE)
    assert all(str(party) not in repr(one) for one in named)


async def test_three_wrong_ones_end_a_call_and_five_a_day(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    account = await desk.of(party)
    more = []
    for n in range(MOST_A_DAY):
        clock.pass_(minutes=6)
        more.append((await desk.try_(account, "0000", call=f"n-1.{n // 3}")).more)
    assert more == [True, True, False, False, False]
    clock.pass_(hours=20)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-2.1")).party is None
    clock.pass_(hours=4)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-2.2")).party == party


async def test_a_right_one_takes_back_only_its_own_try(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    """Who knows the PIN does not clear the way for who guesses it."""
    account = await desk.of(party)
    for n in range(MOST_A_DAY - 1):
        clock.pass_(minutes=10)
        await desk.try_(account, "0000", call=f"n-1.{n}")
        clock.pass_(minutes=10)
        assert (await desk.try_(account, PIN, caller=PHONE, call=f"n-2.{n}")).party
    clock.pass_(minutes=10)
    await desk.try_(account, "0000", caller="+79455550777", call="n-3.1")
    clock.pass_(minutes=10)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-4.1")).party is None
    clock.pass_(hours=24)
    assert (await desk.try_(account, PIN, caller=PHONE, call="n-4.2")).party == party


async def test_a_callers_number_tries_five_a_day_whomever_it_means(
    desk: Desk, clock: FakeClock
) -> None:
    parties = [await client(desk.db, f"Client{n}", f"+7945555010{n}") for n in range(6)]
    for n, one in enumerate(parties):
        await desk.set_pin(one, call=f"set-{n}")
    for n, one in enumerate(parties[:MOST_A_DAY]):
        clock.pass_(minutes=6)
        await desk.try_(await desk.of(one), "0000", call=f"n-1.{n}")
    clock.pass_(minutes=6)
    last = await desk.of(parties[-1])
    assert (await desk.try_(last, PIN, call="n-2.1")).party is None
    assert (await desk.try_(last, PIN, caller=PHONE, call="n-2.2")).party == parties[-1]


async def test_callers_without_a_number_are_slowed_down_and_never_locked_out(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    for n in range(100):
        clock.pass_(seconds=1)
        nobody = await desk.account(f"99{n:04}")
        await desk.try_(nobody, "0000", caller=None, call=f"n-1.{n}")
    account = await desk.of(party)
    assert (await desk.try_(account, PIN, caller=None, call="n-2.1")).party is None
    assert (await desk.try_(account, PIN, caller=None, call="other-2.1")).party == party
    clock.pass_(minutes=3)
    assert (await desk.try_(account, PIN, caller=None, call="n-2.3")).party == party


@pytest.fixture
async def quick(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    """The desk on SQLite, for what takes many statements and is the same on any database."""
    path = tmp_path / "bank.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}", clock=clock)
    yield await opened(db)
    await db.close()


async def test_ten_thousand_guesses_let_nobody_in(quick: Desk, clock: FakeClock) -> None:
    """Robots try all PINs there are, from many numbers and none, in many calls, for twenty days.
    Five a day are looked at: the right one comes up among the others, and opens nothing."""
    party = await client(quick.db)
    await quick.set_pin(party)
    accounts = [await quick.account(await quick.number(party)), await quick.of(party)]
    guesses = [f"{n:04}" for n in range(10_000)]
    Random(7).shuffle(guesses)
    guesses.remove(PIN)
    guesses.insert(9_200, PIN)
    looked_at = 0
    for n, guess in enumerate(guesses):
        if n % 250 == 0:
            clock.pass_(hours=12)
            looked_at = quick.pins.counts["wrong"]
        if n % 10 == 0 and n % 250 < 100:
            clock.pass_(minutes=7)
        caller = None if n % 7 == 0 else f"+7900{n % 50:07}"
        came = await quick.try_(accounts[n % 2], guess, caller=caller, call=f"r-{n // 3}.1")
        assert came.party is None
        assert quick.pins.counts["wrong"] - looked_at <= MOST_A_DAY
    assert 50 <= quick.pins.counts["wrong"] <= 20 * MOST_A_DAY
    clock.pass_(**PASSES)
    assert (await quick.try_(accounts[0], PIN, caller=PHONE, call="n-9.1")).party == party


async def test_who_means_nobody_costs_the_same_and_hears_the_same(
    db: Database, clock: FakeClock
) -> None:
    """As many statements, hashes and chances, until long after the account is locked."""
    desk = await opened(db)
    hashes = Counting(desk.hashes)
    known, without = await client(db), await person(db, "Without")
    dead, blocked = await person(db, "Dead"), await person(db, "Blocked")
    for n, one in enumerate((known, dead, blocked)):
        await desk.set_pin(one, call=f"set-{n}")
    numbers = [await desk.number(one) for one in (known, without, dead, blocked)]
    async with db.unit_of_work() as session:
        await pin_requests.block(session, blocked, by=desk.asker.id)
        await died(session, dead)
    desk.pins, seen = Pins(db, hashes), []
    for line, entry in enumerate([*numbers, "99887766", "4411", "1", "9" * 20]):
        told = []
        with statements(db) as ran:
            account = await desk.account(entry)
            for n in range(8):
                clock.pass_(minutes=6)
                call = f"n-{line}.{n // 3}"
                caller = f"+7900{line:03}000{n // 4}"
                told.append((await desk.try_(account, "0000", caller=caller, call=call)).more)
        seen.append((told, len(ran), hashes.checked))
        ran.clear()
        hashes.checked = 0
    assert seen[1:] == seen[:-1]
    assert seen[0][2] == 8


async def test_guesses_sent_at_once_do_not_slip_through(
    desk: Desk, party: PartyId, url: str, clock: FakeClock
) -> None:
    """Eight processes, each with its connections and its memory, and the right PIN among theirs."""
    dbs = [Database(url, clock=clock) for _ in range(8)]
    racers = [Pins(db, desk.hashes) for db in dbs]
    account = await desk.of(party)
    for n in range(8):
        clock.pass_(minutes=6)
        guesses = ["0000"] * 7 + [PIN if n > MOST_A_DAY else "0001"]
        came = await asyncio.gather(
            *(
                one.check(account, guess, caller=f"+790000{n}{k}", call=CallId(f"n-{n}.{k}"))
                for k, (one, guess) in enumerate(zip(racers, guesses, strict=True))
            )
        )
        assert not any(one.party for one in came)
    assert sum(one.counts["wrong"] for one in racers) == MOST_A_DAY
    for db in dbs:
        await db.close()


async def test_a_locked_account_is_written_down_once_and_so_is_each_try(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    for account in (await desk.of(party), await desk.account("99887766")):
        for n in range(9):
            clock.pass_(minutes=6)
            caller = f"+7{account.by}{n}"
            await desk.try_(account, "0000", caller=caller, call=f"{account.by}-1.{n}")
    async with desk.db.reading() as session:
        assert set(await session.scalars(select(PinLockout.party))) == {party, None}
        row = AuditEvent
        wrong = row.action == "pin_wrong", row.subject == party
        assert await session.scalar(select(func.count()).where(*wrong)) == MOST_A_DAY
        assert (await verify(session)).unbroken


async def test_a_pin_survives_a_new_key_and_dies_with_its_own(
    desk: Desk, party: PartyId, clock: FakeClock
) -> None:
    old, new = {"1": b"1" * 32}, {"2": b"2" * 32}
    desk.hashes = PinHashes(KeyringOptions(current="1", keys=old), CHEAP)
    desk.pins = Pins(desk.db, desk.hashes)
    await desk.set_pin(party, call="set-2")
    both = PinHashes(KeyringOptions(current="2", keys=old | new), CHEAP)
    gone = PinHashes(KeyringOptions(current="2", keys=new), CHEAP)
    account = await desk.of(party)
    desk.pins = Pins(desk.db, gone)
    assert (await desk.try_(account, PIN, call="n-1.1")).party is None
    clock.pass_(**PASSES)
    for n, hashes in enumerate((both, gone)):
        desk.pins = Pins(desk.db, hashes)
        assert (await desk.try_(account, PIN, call=f"n-2.{n}")).party == party


async def test_a_stolen_hash_fits_no_other_client(desk: Desk, party: PartyId) -> None:
    """Who can write to the database, and has a PIN himself, opens nobody else's account."""
    other = await client(desk.db, "Other", "+79455550102")
    await desk.set_pin(other, "8264", call="set-2")
    async with desk.db.unit_of_work() as session:
        own, victim = [await session.get_one(TelephonePin, one) for one in (other, party)]
        victim.hash = own.hash
    account = await desk.of(party)
    assert (await desk.try_(account, "8264", call="n-1.1")).party is None


async def test_what_is_counted_tells_nobody_whose_it_is(desk: Desk, party: PartyId) -> None:
    number = await desk.number(party)
    await desk.try_(await desk.account(number), "0000", call="n-1.1")
    async with desk.db.reading() as session:
        subjects = list(await session.scalars(select(PinThrottle.subject)))
    assert subjects and all(len(one) == 64 for one in subjects)
    assert not any(number in one or party in one for one in subjects)


class Counting(PinHashes):
    """Counts how often something is compared."""

    def __init__(self, like: PinHashes) -> None:
        self.keyed = like.keyed
        self._passwords = like._passwords
        self.checked = 0

    async def matches(self, *told: object) -> bool:
        self.checked += 1
        return await super().matches(*told)  # type: ignore[arg-type]


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The SQL that runs meanwhile."""
    ran: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        ran.append(statement)

    engines = {one.sync_engine for one in db._engines}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield ran
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def died(session: AsyncSession, party: PartyId) -> None:
    """The bank hears of a client's death."""
    his = update(Person).where(Person.party == party)
    await session.execute(his.values(died_on=START.date()))
