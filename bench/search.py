"""One search as the agent types it, at 50,000 parties, beside LIKE and beside the bare index.

The peer is what one would write first: `lower(name) LIKE '%text%'`, over names that the program
has lowered beforehand, for SQLite knows no case but that of Latin. The floor is a range of the
index read by the driver itself. Goal: at most 50 ms in the slowest of twenty.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import column, func, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.house import quantile
from bench.rows import Row, row
from bench.stores import Store, put, stores
from crm_core.database import Database, sync_engine, upgrade
from crm_core.models import (
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
    SearchDocument,
    SearchSpelling,
    SearchTerm,
)
from crm_core.search import find
from crm_core.search.folding import key
from crm_core.search.index import Findable, spellings_of, terms_of

PARTIES = 50_000
WARM_UP = 3
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOTS = (
    "Иван Петр Сидор Кузнец Смирн Волк Зайц Щук Журавл Ёлк Яковл Юдин Фёдор Хар Цвет Чех Шува Жук"
)
MIDDLES = "ов ев ин енк ск орд анов итов ельн очк юш ян ар ид"
ENDS = ("ов", "ова", "ский", "ская", "ин", "ина", "енко", "ук")
GIVEN = (
    "Анна Пётр Елена Сергей Юлия Иван Ольга Алёна Борис Вера Дмитрий Жанна Игорь Кирилл Любовь "
    "Мария Никита Павел Роман Светлана Тимур Фёдор Эдуард Яна Александр Константин"
)
HAN = "王李张伟芳"
QUESTIONS = (
    ("one letter", "и"),
    ("begun", "кузнецо"),
    ("whole", "иванов"),
    ("two words", "ivan pavel"),
    ("three words", "ива пет а"),
    ("typing error", "кузнцов сергей"),
    ("nobody", "qqqqwwww"),
    ("two Han", "王伟"),
    ("last digits", "0091"),
    ("number", "8 (945) 010-00-91"),
)


Rows = list[dict[str, Any]]
Bank = list[tuple[Any, Rows]]


def run(quick: bool) -> list[Row]:
    """Measure on both databases, each question 200 times, or 25 in a quick run."""
    rounds = 25 if quick else 200
    people = list(_people())
    bank = list(_rows(people))
    rows: list[Row] = []
    for store in stores():
        _fill(store.url, people, bank)
        rows += asyncio.run(_measure(store, rounds))
    return rows


# ── The parties ─────────────────────────────────────────────────────────────────────────────


def _people() -> Iterator[str]:
    """Names as a bank has them: some very common, most rare, one in fifty Chinese."""
    chance = random.Random(42)
    roots, middles, given = ROOTS.split(), MIDDLES.split(), GIVEN.split()
    for _number in range(PARTIES):
        if chance.random() < 0.02:
            yield "".join(chance.choices(HAN, k=chance.choice((2, 3))))
            continue
        root = roots[min(int(chance.expovariate(0.15)), len(roots) - 1)]
        middle = "" if chance.random() < 0.3 else "".join(chance.choices(middles, k=2))
        family = root + middle + chance.choice(ENDS)
        father = f"{chance.choice(given)}ович"
        yield f"{family} {chance.choice(given)} {father}"


def _fill(url: str, people: list[str], bank: Bank) -> None:
    upgrade(url)
    engine = sync_engine(url)
    with engine.begin() as connection:
        for target, rows in bank:
            put(connection, target, rows)
        connection.execute(text("CREATE TABLE naive (party TEXT, name TEXT)"))
        lowered = [{"party": f"p{n:06}", "name": name.lower()} for n, name in enumerate(people)]
        put(connection, table("naive", column("party"), column("name")), lowered)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _rows(people: list[str]) -> Iterator[tuple[Any, Rows]]:
    common = {"created_at": NOW, "updated_at": NOW, "status_since": NOW, "row_version": 1}
    about = {"kind": PartyKind.PERSON, "status": PartyStatus.ACTIVE, "tier": "C", "vip": False}
    named = [(f"p{number:06}", name) for number, name in enumerate(people)]
    yield (
        Party.__table__,
        [
            {"id": party, "display_name": name, "language": "ru", **about, **common}
            for party, name in named
        ],
    )
    yield SearchDocument.__table__, [{"party": party} for party, _name in named]
    yield (
        SearchTerm.__table__,
        [
            {"term": term, "party": party, "source": source}
            for party, name in named
            for term, source in terms_of(Findable(names=(name,)))
        ],
    )
    vocabulary = sorted({word for name in people for word in name.split()})
    spelt = {(one["variant"], one["word"]): one for one in spellings_of(vocabulary)}
    yield SearchSpelling.__table__, list(spelt.values())
    numbers = [(f"n{number:06}", f"+79{450_000_000 + 101 * number}") for number in range(PARTIES)]
    yield (
        PhoneNumber.__table__,
        [
            {
                "id": one,
                "e164": e164,
                "digits_reversed": e164[:0:-1],
                "status": PhoneStatus.ACTIVE,
                "created_at": NOW,
            }
            for one, e164 in numbers
        ],
    )
    used = {"raw": "", "role": PhoneRole.MOBILE, "rank": 1, "valid_from": NOW, "created_at": NOW}
    yield (
        PartyPhone.__table__,
        [
            {"id": one, "party": party, "phone": one, **used}
            for (one, _e164), (party, _name) in zip(numbers, named, strict=True)
        ],
    )


# ── The measuring ───────────────────────────────────────────────────────────────────────────

Ask = Callable[[AsyncSession, str], Awaitable[object]]


async def _ours(session: AsyncSession, typed: str) -> object:
    return await find(session, typed, 10, region="RU")


async def _naive(session: AsyncSession, typed: str) -> object:
    like = text("SELECT party, name FROM naive WHERE name LIKE :like ORDER BY name LIMIT 10")
    return (await session.execute(like, {"like": f"%{typed.lower()}%"})).all()


async def _floor(session: AsyncSession, typed: str) -> object:
    begin = key(typed.split()[0])
    bare = select(SearchTerm.party).where(SearchTerm.term >= begin).limit(10)
    return (await session.execute(bare)).all()


async def _measure(store: Store, rounds: int) -> list[Row]:
    rows: list[Row] = []
    db = Database(store.url)
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Party)) == PARTIES
    for what, typed in QUESTIONS:
        ours, naive, floor = [
            quantile([await _time(db, ask, typed) for _ in range(WARM_UP + rounds)][WARM_UP:], 0.95)
            for ask in (_ours, _naive, _floor)
        ]
        name = f"search, {store.name}, {what}, p95"
        rows.append(row(name, ours=ours, peer=naive, floor=floor, unit="ms"))
    await db.close()
    return rows


async def _time(db: Database, ask: Ask, typed: str) -> float:
    began = time.perf_counter()
    async with db.reading() as session:
        await ask(session, typed)
    return time.perf_counter() - began
