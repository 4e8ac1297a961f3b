"""Who a number may be: the directory behind routing's port.

A number only suggests. The answer is a list with reasons, never one party picked from several;
who called last and whose own number it is stand first. The bank's own numbers, and numbers known
to be invalid, reassigned or a service, never match anybody. A PIN proves: then the party is told of
alone, whatever the number. In the place of a manager on leave stands his substitute, if he is here
himself. One statement, and one more for what is known of those found (`crm_core.parties.steering`),
for they are asked while the phone rings.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Protocol, cast

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.database import Database, moment
from crm_core.models import (
    CallCard,
    EmployeeLeave,
    EmployeeRow,
    ManagerAssignment,
    Party,
    PartyPhone,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.models.columns import UtcDateTime
from crm_core.parties import steering
from crm_core.parties.steering import steered
from crm_core.quick_read import QuickRead, stored_time
from routing.facts import BY_PIN, Candidate
from routing.ids import AgentId, PartyId

_NUMBER: ColumnElement[str] = literal_column(":number")
_PARTY: ColumnElement[str] = literal_column(":party", Text())
_NOW: ColumnElement[datetime] = literal_column(":now")
_THEIRS = aliased(EmployeeLeave)
_NEVER = datetime.fromtimestamp(0, tz=UTC)
_OF_PARTY = (
    Party.id.label("party"),
    Party.display_name,
    Party.status,
    Party.tier,
    Party.language,
)
_ROLE_ORDER = {role: place for place, role in enumerate(PhoneRole)}


class Known(Protocol):
    """A party with one of its managers or none."""

    party: PartyId
    display_name: str
    status: str
    tier: str
    language: str
    manager: AgentId | None
    manager_rank: int | None


class Use(Known, Protocol):
    """A row of the statement: a party that uses the number, how, and when it last called."""

    role: PhoneRole
    rank: int
    chosen_at: datetime | None
    suggested_at: datetime | None


class SqlDirectory:
    """Implements `routing.ports.Directory`. `own_numbers` are E.164.

    On SQLite it asks a connection of its own in place: the answer takes a tenth of a millisecond,
    while the way through a thread and back takes several, and a caller waits for it.
    """

    def __init__(self, db: Database, own_numbers: Iterable[str], *, limit: int = 8) -> None:
        self._db = db
        self._own = frozenset(own_numbers)
        self._limit = limit
        self._quick = _Quick(db, limit) if db.sqlite_file else None

    def at_once(self, number: str, *, proved: PartyId | None = None) -> Sequence[Candidate] | None:
        """The same without waiting, or None where it takes a wait. Raises StorageAway (OSError)."""
        if proved is None and number in self._own:
            return ()
        if self._quick is None:
            return None
        return self._quick.candidates(number) if proved is None else self._quick.proved(proved)

    async def candidates(
        self, number: str, *, proved: PartyId | None = None
    ) -> Sequence[Candidate]:
        """Whom the number (E.164) suggests, the likeliest first, or who has proved who he is.
        Raises StorageAway (OSError)."""
        known = self.at_once(number, proved=proved)
        if known is not None:
            return known
        async with self._db.reading() as session:
            if proved is not None:
                return await told_of(session, proved)
            return await candidates(session, number, limit=self._limit)


class _Quick:
    """The same questions in place, for SQLite. What is known is asked for party by party, which
    costs nothing here: of several at once it may search all open work instead of theirs."""

    def __init__(self, db: Database, limit: int) -> None:
        self._limit = limit
        self._uses = QuickRead(db, statement(_NUMBER, _NOW))
        self._party = QuickRead(db, statement_of(_PARTY, _NOW))
        self._facts = QuickRead(db, steering.statement([_PARTY], _NOW))

    def candidates(self, number: str) -> Sequence[Candidate]:
        return self._steered(ranked(_use(row) for row in self._uses.rows(number=number)))

    def proved(self, party: PartyId) -> Sequence[Candidate]:
        return self._steered(_alone(_plain(row) for row in self._party.rows(party=party)))

    def _steered(self, ranked: Sequence[Candidate]) -> Sequence[Candidate]:
        found = ranked[: self._limit]
        rows = [row for one in found for row in self._facts.rows(party=one.party)]
        return steered(found, (_plain(row) for row in rows))


async def candidates(
    session: AsyncSession, number: str, *, limit: int | None = None
) -> list[Candidate]:
    """The parties that use the number now, all or the likeliest, with what is known of them."""
    now = moment(session)
    asked = await session.execute(_one_number(), {"number": number, "now": now})
    return await _steered(session, ranked(cast(Sequence[Use], asked.all()))[:limit], now)


async def told_of(session: AsyncSession, party: PartyId) -> list[Candidate]:
    """The one party, with what is known of it; nothing of one that is not there."""
    now = moment(session)
    asked = await session.execute(_one_party(), {"party": party, "now": now})
    return await _steered(session, _alone(cast(Sequence[Known], asked.all())), now)


async def _steered(session: AsyncSession, found: list[Candidate], now: datetime) -> list[Candidate]:
    if not found:
        return []
    parties = {f"party{n}": one.party for n, one in enumerate(found)}
    known = await session.execute(steering.asked_of(len(found)), {**parties, "now": now})
    return steered(found, cast(Sequence[steering.Fact], known.all()))


@lru_cache(maxsize=1)
def _one_number() -> Select[*tuple[Any, ...]]:
    return statement(bindparam("number", type_=Text()), bindparam("now", type_=UtcDateTime()))


@lru_cache(maxsize=1)
def _one_party() -> Select[*tuple[Any, ...]]:
    return statement_of(bindparam("party", type_=Text()), bindparam("now", type_=UtcDateTime()))


def ranked(rows: Iterable[Use]) -> list[Candidate]:
    """One candidate for each party in the rows, the likeliest first."""
    uses: dict[PartyId, Use] = {}
    managers: dict[PartyId, dict[AgentId, None]] = {}
    for row in sorted(rows, key=_likelihood):
        uses.setdefault(row.party, row)
        if row.manager is not None:
            managers.setdefault(row.party, {})[row.manager] = None
    return [
        _candidate(use, f"{use.role.value}_number", managers.get(party, ()))
        for party, use in uses.items()
    ]


def _alone(rows: Iterable[Known]) -> list[Candidate]:
    """The party that the rows tell of, with its managers by rank."""
    known = sorted(rows, key=lambda row: row.manager_rank or 0)
    managers = dict.fromkeys(row.manager for row in known if row.manager is not None)
    return [_candidate(one, BY_PIN, managers) for one in known[:1]]


def _candidate(known: Known, reason: str, managers: Iterable[AgentId]) -> Candidate:
    return Candidate(
        party=known.party,
        name=known.display_name,
        reason=reason,
        managers=tuple(managers),
        status=str(known.status),
        tier=known.tier,
        language=known.language,
    )


def valid(
    start: InstrumentedAttribute[datetime],
    end: InstrumentedAttribute[datetime | None],
    now: datetime | ColumnElement[datetime],
) -> ColumnElement[bool]:
    """Whether a row with validity dates holds now."""
    return and_(start <= now, or_(end.is_(None), end > now))


def _use(row: sqlite3.Row) -> Use:
    """A row as SQLite keeps it: times are text in UTC without a zone, codes are text."""
    return SimpleNamespace(
        party=row["party"],
        display_name=row["display_name"],
        status=row["status"],
        tier=row["tier"],
        language=row["language"],
        role=PhoneRole(row["role"]),
        rank=row["rank"],
        chosen_at=stored_time(row["chosen_at"]),
        suggested_at=stored_time(row["suggested_at"]),
        manager=row["manager"],
        manager_rank=row["manager_rank"],
    )


def _plain(row: sqlite3.Row) -> Any:
    """A row of which nothing is to be read otherwise than it stands."""
    return SimpleNamespace(**dict(row))


def statement(number: ColumnElement[str], now: ColumnElement[datetime]) -> Select[*tuple[Any, ...]]:
    """The question of this module, about a number at a time."""
    found = (
        select(
            *_OF_PARTY,
            PartyPhone.role,
            PartyPhone.rank,
            _last_call(CallCard.party == Party.id).label("chosen_at"),
            _last_call(and_(CallCard.suggested_party == Party.id, CallCard.party.is_(None))).label(
                "suggested_at"
            ),
        )
        .join(PartyPhone, PartyPhone.party == Party.id)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PhoneNumber.e164 == number, PhoneNumber.status == PhoneStatus.ACTIVE)
        .where(valid(PartyPhone.valid_from, PartyPhone.valid_to, now))
    )
    return _with_managers(found, now)


def statement_of(
    party: ColumnElement[str], now: ColumnElement[datetime]
) -> Select[*tuple[Any, ...]]:
    """The same about one party, whatever number it uses."""
    return _with_managers(select(*_OF_PARTY).where(Party.id == party), now)


def _with_managers(
    found: Select[*tuple[Any, ...]], now: ColumnElement[datetime]
) -> Select[*tuple[Any, ...]]:
    """The parties that stand, with each of their managers, or who is there in his place."""
    manager, leave, rung, theirs = ManagerAssignment, EmployeeLeave, EmployeeRow, _THEIRS
    here = ~exists().where(theirs.employee == rung.id, _on_leave(theirs, now))
    in_his_place = case((leave.id.is_(None), manager.employee), else_=leave.substitute)
    return (
        found.add_columns(rung.id.label("manager"), manager.rank.label("manager_rank"))
        .outerjoin_from(
            Party,
            manager,
            and_(manager.party == Party.id, valid(manager.valid_from, manager.valid_to, now)),
        )
        .outerjoin_from(
            manager, leave, and_(leave.employee == manager.employee, _on_leave(leave, now))
        )
        .outerjoin_from(manager, rung, and_(rung.id == in_his_place, rung.active, here))
        .where(Party.merged_into.is_(None))
    )


def _on_leave(
    leave: type[EmployeeLeave], now: datetime | ColumnElement[datetime]
) -> ColumnElement[bool]:
    return and_(valid(leave.valid_from, leave.valid_to, now), leave.cancelled_at.is_(None))


def _last_call(whose: ColumnElement[bool]) -> ScalarSelect[datetime]:
    newest = CallCard.arrived_at.desc()
    return select(CallCard.arrived_at).where(whose).order_by(newest).limit(1).scalar_subquery()


def _likelihood(row: Use) -> tuple[Any, ...]:
    """The last to call first, then whose own number it is; a party's managers by rank."""
    called = max((row.chosen_at or _NEVER, row.suggested_at or _NEVER))
    return (
        -called.timestamp(),
        _ROLE_ORDER[row.role],
        row.rank,
        row.display_name,
        row.party,
        row.manager_rank or 0,
    )
