"""Who is what to whom, and who looks after whom, as the bank tells it.

The rules are those of `crm_core.relations` and `crm_core.managers`; only the writing is by many
rows at once, and audited by the batch.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import insert_rows, update_rows
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import AUDITED_AS, Ground, Landing, Refusals, Thing
from crm_core.duplicates.merging import those_that_gave_way
from crm_core.errors import FieldRefused, Refused
from crm_core.ids import new_id
from crm_core.managers.assigning import assign_managers
from crm_core.models import EmployeeRow, ManagerAssignment, ManagerRole, PartyRelationship
from crm_core.relations.kinds import Kind, kinds, read
from crm_core.relations.linking import WHOLE, most_owned
from routing.ids import AgentId, PartyId

_TIE = ("from_party", "to_party", "type", "share_pct", "valid_from", "valid_to")
_PLACE = ("id", "party", "employee", "role", "rank", "valid_from", "created_at")
_Share = tuple[datetime, datetime | None, Decimal]


# ── Relations ───────────────────────────────────────────────────────────────────────────────


async def _add_ties(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows, refused = await _ties(session, things)
    fixed = ("id", "source", "source_key", "created_at")
    whole = [
        (*rows[one.told.key], one.target, ground.source, one.told.key, ground.now)
        for one in things
        if one.told.key in rows
    ]
    await insert_rows(session, PartyRelationship, (*_TIE, *fixed), whole)
    return refused


async def _change_ties(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows, refused = await _ties(session, things)
    whole = [(*rows[one.told.key], one.target) for one in things if one.told.key in rows]
    await update_rows(session, PartyRelationship, _TIE, whole, key="id")
    return refused


async def _end_ties(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    row, now = PartyRelationship, ground.now
    held = row.id.in_(targets), row.valid_to.is_(None), row.valid_from < now
    await session.execute(update(row).where(*held).values(valid_to=now, ended_at=now))


async def _ties(
    session: AsyncSession, things: list[Thing]
) -> tuple[dict[str, tuple[object, ...]], dict[str, str]]:
    """The columns of what can be stored and the reasons of what cannot, by key."""
    known = await kinds(session)
    owned = await _shares(session, things)
    rows: dict[str, tuple[object, ...]] = {}
    refused: dict[str, str] = {}
    for one in things:
        try:
            kind, reverse = read(known, one.row["type"])
        except FieldRefused:
            refused[one.told.key] = "relation_type"
            continue
        tie = _tie(one.row, kind, reverse=reverse)
        if kind.owns and tie[3] is not None and not _has_room(owned, one.target, tie):
            refused[one.told.key] = "share"
        else:
            rows[one.told.key] = tie
    return rows, refused


def _tie(row: Values, kind: Kind, *, reverse: bool) -> tuple[object, ...]:
    ends = (row["to"], row["from"]) if reverse else (row["from"], row["to"])
    first, second = sorted(ends) if kind.symmetric else ends
    share = None if row["share"] is None or not kind.owns else row["share"] * WHOLE
    until = _moment(row["valid_to"]) if row["valid_to"] else None
    return (first, second, kind.code, share, _moment(row["valid_from"]), until)


def _has_room(owned: dict[str, dict[str, _Share]], target: str, tie: tuple[object, ...]) -> bool:
    """Whether no more than all of the owned party is owned at any time."""
    _first, second, _type, share, since, until = tie
    held = owned.setdefault(str(second), {})
    fresh = {**held, target: (since, until, share)}
    if most_owned(fresh.values()) > WHOLE:  # type: ignore[arg-type]
        return False
    owned[str(second)] = fresh  # type: ignore[assignment]
    return True


async def _shares(session: AsyncSession, things: Iterable[Thing]) -> dict[str, dict[str, _Share]]:
    """What is owned of the parties that these things name: shares by relation, by party."""
    asked = {
        one.row[end] for one in things if one.row["share"] is not None for end in ("from", "to")
    }
    row = PartyRelationship
    statement = select(row.to_party, row.id, row.valid_from, row.valid_to, row.share_pct).where(
        row.to_party.in_(asked), row.share_pct.is_not(None)
    )
    found: dict[str, dict[str, _Share]] = {}
    for party, relation, since, until, share in await session.execute(statement):
        assert share is not None
        found.setdefault(party, {})[relation] = (since, until, share)
    return found


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


# ── Managers ────────────────────────────────────────────────────────────────────────────────


async def _add_managers(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    """Those of parties whom nobody looks after yet are written at once."""
    orders, refused = await _orders(session, things)
    row = ManagerAssignment
    asked = select(row.party).where(
        row.valid_to.is_(None), row.party.in_([one.target for one in things])
    )
    looked_after = set(await session.scalars(asked))
    rows = [
        (new_id(), party, employee, _role(rank), rank, ground.now, ground.now)
        for party, order in orders.items()
        if party not in looked_after
        for rank, employee in enumerate(order, start=1)
    ]
    await insert_rows(session, row, _PLACE, rows)
    again = {party: order for party, order in orders.items() if party in looked_after}
    return refused | await _assign(session, again, things)


async def _change_managers(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    orders, refused = await _orders(session, things)
    return refused | await _assign(session, orders, things)


async def _assign(
    session: AsyncSession, orders: Mapping[str, list[AgentId]], things: list[Thing]
) -> dict[str, str]:
    keys = {one.target: one.told.key for one in things}
    refused: dict[str, str] = {}
    for party, order in orders.items():
        try:
            await assign_managers(session, PartyId(party), order, by=AUDITED_AS)
        except Refused as error:
            refused[keys[party]] = error.code
    return refused


async def _orders(
    session: AsyncSession, things: list[Thing]
) -> tuple[dict[str, list[AgentId]], dict[str, str]]:
    """The managers of each party in their order; reasons for those that have none, by key."""
    names = {row["username"] for one in things for row in one.told.rows}
    row = EmployeeRow
    asked = select(row.username, row.id).where(row.username.in_(names), row.active)
    known = dict((await session.execute(asked)).all())
    orders: dict[str, list[AgentId]] = {}
    refused: dict[str, str] = {}
    for one in things:
        ranks = [row["rank"] for row in one.told.rows]
        order = [known.get(row["username"]) for row in one.told.rows]
        found = [employee for employee in order if employee is not None]
        if len(found) != len(order):
            refused[one.told.key] = "username"
        elif ranks != list(range(1, len(ranks) + 1)) or len(set(found)) != len(found):
            refused[one.told.key] = "managers_refused"
        else:
            orders[one.target] = found
    gone = await those_that_gave_way(session, orders.keys())
    return {party: order for party, order in orders.items() if party not in gone}, refused


def _role(rank: int) -> ManagerRole:
    return ManagerRole.PRIMARY if rank == 1 else ManagerRole.DEPUTY


def _of_party(row: Values) -> str:
    party: str = row["party"]
    return party


RELATIONSHIP = Landing(add=_add_ties, change=_change_ties, end=_end_ties)
MANAGER_ASSIGNMENT = Landing(add=_add_managers, change=_change_managers, target=_of_party)
