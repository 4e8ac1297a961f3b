"""Who calls: the look-up of a number among a million, and the whole panel of a party.

The peer is the same question asked by the driver alone, one indexed join without reasons, order or
managers; the floor is the bare index of numbers. Goal of the look-up: at most 5 ms.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.house import quantile
from bench.rows import Row, row
from bench.stores import Store, put, stores
from crm_core.database import Database, sync_engine, upgrade
from crm_core.models import (
    EmployeeRow,
    ManagerAssignment,
    ManagerRole,
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
    Role,
)
from crm_core.parties.directory import SqlDirectory
from crm_core.parties.panel import panel
from routing.ids import AgentId, PartyId

NUMBERS = 1_000_000
SHARED = 100
"""Every so many numbers one is shared by `SHARERS` parties."""
SHARERS = 4
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BOSS = AgentId("boss")
_DATED = {"valid_from": NOW, "created_at": NOW}


def run(quick: bool) -> list[Row]:
    """Measure on both databases: 2,000 look-ups of each kind, or 300 in a quick run."""
    rounds = 300 if quick else 2_000
    numbers = NUMBERS // 10 if quick else NUMBERS
    rows: list[Row] = []
    for store in stores():
        fill(store.url, numbers)
        rows += asyncio.run(_measure(store, numbers, rounds))
    return rows


def fill(url: str, numbers: int) -> None:
    """So many numbers, each of a party of its own, some shared, each party with a manager."""
    upgrade(url)
    engine = sync_engine(url)
    with engine.begin() as connection:
        for target, rows in _bank(numbers):
            put(connection, target, rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def number(n: int) -> str:
    """The n-th number."""
    return f"+79{100_000_000 + 7 * n}"


def _bank(numbers: int) -> Iterator[tuple[Any, Iterator[dict[str, Any]]]]:
    stamps = {"created_at": NOW, "updated_at": NOW, "row_version": 1}
    yield EmployeeRow.__table__, iter([_employee() | stamps])
    about = {"kind": PartyKind.PERSON, "status": PartyStatus.ACTIVE, "status_since": NOW}
    about |= {"tier": "C", "vip": False, "language": "ru"} | stamps
    parties = ({"id": f"p{n}", "display_name": f"Client {n}", **about} for n in range(numbers))
    yield Party.__table__, parties
    active = {"status": PhoneStatus.ACTIVE, "created_at": NOW}
    yield (
        PhoneNumber.__table__,
        (
            {"id": f"n{n}", "e164": number(n), "digits_reversed": number(n)[:0:-1], **active}
            for n in range(numbers)
        ),
    )
    used = {"raw": "", "role": PhoneRole.MOBILE, "rank": 1, **_DATED}
    yield (
        PartyPhone.__table__,
        (
            {"id": f"u{n}-{k}", "party": f"p{(n + k) % numbers}", "phone": f"n{n}", **used}
            for n in range(numbers)
            for k in range(1 if n % SHARED else SHARERS)
        ),
    )
    held = {"employee": _BOSS, "role": ManagerRole.PRIMARY, "rank": 1, **_DATED}
    yield (
        ManagerAssignment.__table__,
        ({"id": f"m{n}", "party": f"p{n}", **held} for n in range(numbers)),
    )


def _employee() -> dict[str, Any]:
    return {
        "id": _BOSS,
        "username": "boss",
        "name": "Boss",
        "role": Role.MANAGER,
        "language": "en",
        "password_hash": "",
        "browser_endpoint": "a1",
        "desk_endpoint": "d1",
        "active": True,
    }


# ── The measuring ───────────────────────────────────────────────────────────────────────────

Ask = Callable[[int], Awaitable[object]]

_PEER = text(
    "SELECT party.id, party.display_name FROM phone_number"
    " JOIN party_phone ON party_phone.phone = phone_number.id"
    " JOIN party ON party.id = party_phone.party WHERE phone_number.e164 = :number"
)
_FLOOR = text("SELECT id FROM phone_number WHERE e164 = :number")


async def _measure(store: Store, numbers: int, rounds: int) -> list[Row]:
    db = Database(store.url)
    directory = SqlDirectory(db, ())
    directory.at_once("+0")
    chance = random.Random(42)
    alone = [chance.randrange(numbers // SHARED) * SHARED + 1 for _ in range(rounds)]
    shared = [chance.randrange(numbers // SHARED) * SHARED for _ in range(rounds)]

    async def ours(n: int) -> object:
        found = await directory.candidates(number(n))
        assert len(found) >= (1 if n % SHARED else SHARERS)
        return found

    def bare(statement: Any) -> Ask:
        async def ask(n: int) -> object:
            async with db.reading() as session:
                return (await session.execute(statement, {"number": number(n)})).all()

        return ask

    rows = []
    for what, asked in (("of one", alone), ("of four", shared)):
        taken = [await _times(ask, asked) for ask in (ours, bare(_PEER), bare(_FLOOR))]
        for mark, share in (("p50", 0.5), ("p99", 0.99)):
            figures = [quantile(times, share) for times in taken]
            name = f"lookup, {store.name}, {numbers:,} numbers, {what}, {mark}"
            rows.append(row(name, ours=figures[0], peer=figures[1], floor=figures[2], unit="ms"))
    rows.append(await _panel(db, store, alone[: rounds // 5]))
    await db.close()
    return rows


async def _panel(db: Database, store: Store, asked: list[int]) -> Row:
    async def look(n: int) -> object:
        async with db.unit_of_work() as session:
            return await _look(session, PartyId(f"p{n}"))

    times = await _times(look, asked)
    return row(f"panel of a party, {store.name}, p95", ours=quantile(times, 0.95), unit="ms")


async def _look(session: AsyncSession, party: PartyId) -> object:
    return await panel(session, party, viewer=_BOSS, reason="bench")


async def _times(ask: Ask, asked: list[int]) -> list[float]:
    """Seconds that each took."""
    times = []
    for n in asked:
        began = time.perf_counter()
        await ask(n)
        times.append(time.perf_counter() - began)
    return times
