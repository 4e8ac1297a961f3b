"""Storing what was told: versions first, then parents, then the rows themselves, many at a time.

A lower version is ignored; an equal one with the same content changes nothing, with another
content it is a conflict and the row that is held stays. A row whose parent is unknown is given
back. Needs a unit of work; a row that the database refuses is told from its neighbours.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import VIOLATIONS, upsert_rows
from crm_core.corebank.cells import Told
from crm_core.corebank.entities import Entity
from crm_core.corebank.ground import Ground, Missing, Outcome, Thing
from crm_core.corebank.landing import LANDINGS
from crm_core.corebank.names import EntityName
from crm_core.duplicates.merging import those_that_gave_way
from crm_core.models import Mirror, Party

_KEY = "_key"
_MOST_AT_ONCE = 10_000
_COLUMNS = (
    "entity", "source", "key", "version", "hash", "target", "batch", "synced_at", "ended_at",
)  # fmt: skip


class _Held(NamedTuple):
    version: int
    hash: str
    target: str
    ended: bool


async def store(
    session: AsyncSession, entity: Entity, things: Sequence[Told], ground: Ground
) -> Outcome:
    """Store these things of one entity and tell what became of each."""
    outcome = Outcome()
    for wave in _waves(entity, things):
        outcome.add(await _store_wave(session, entity, wave, ground))
    return outcome


async def targets(
    session: AsyncSession, entity: EntityName, source: str, keys: Iterable[str]
) -> dict[str, str]:
    """Our ids of the source's rows with these keys; what is unknown is left out."""
    held = await _held(session, entity, source, keys)
    return {key: one.target for key, one in held.items()}


def _waves(entity: Entity, things: Sequence[Told]) -> list[list[Told]]:
    """The things in portions in which no key comes twice, and none names one of its own."""
    own = [one.name for one in entity.columns if one.parent is entity.name]
    waves: list[list[Told]] = []
    seen: dict[str, int] = {}
    for thing in things:
        parents = {row[name] for row in thing.rows for name in own}
        wave = 1 + max((seen.get(one, -1) for one in (thing.key, *parents)), default=-1)
        seen[thing.key] = wave
        if wave == len(waves):
            waves.append([])
        waves[wave].append(thing)
    return waves


async def _store_wave(
    session: AsyncSession, entity: Entity, things: list[Told], ground: Ground
) -> Outcome:
    outcome = Outcome()
    keys = [one.key for one in things]
    held = await _held(session, entity.name, ground.source, keys)
    wanted = [one for one in things if _is_news(one, held.get(one.key), outcome)]
    found = await _with_parents(session, entity, wanted, ground, outcome)
    found = await _of_the_living(session, entity, found, held, outcome)
    landing = LANDINGS[entity.name]
    fresh = [Thing(one, landing.target(one.rows[0])) for one in found if one.key not in held]
    known = [Thing(one, held[one.key].target) for one in found if one.key in held]
    await _land(session, entity, fresh, known, ground, outcome)
    return outcome


def _is_news(one: Told, held: _Held | None, outcome: Outcome) -> bool:
    if held is None or one.version > held.version:
        return True
    if one.version < held.version:
        outcome.older += len(one.rows)
    elif one.hash != held.hash:
        outcome.conflicts.append(one)
    elif held.ended:
        return True
    else:
        outcome.unchanged += len(one.rows)
    return False


async def _with_parents(
    session: AsyncSession, entity: Entity, things: list[Told], ground: Ground, outcome: Outcome
) -> list[Told]:
    """The things whose parents are known, with our ids of them beside the source's keys."""
    lost: dict[str, Missing] = {}
    for column in entity.columns:
        if column.parent is None:
            continue
        name = column.name.removesuffix(_KEY)
        asked: set[str] = {row[column.name] for one in things for row in one.rows} - {None}
        known = await targets(session, column.parent, ground.source, asked) if asked else {}
        if column.parent is EntityName.PARTY and entity.name is not EntityName.MANAGER_ASSIGNMENT:
            known = await _standing(session, known)
        for one in things:
            for row in one.rows:
                key = row[column.name]
                row[name] = target = known.get(key)
                if target is None and key is not None and one.key not in lost:
                    lost[one.key] = Missing(told=one, entity=column.parent, key=key)
    outcome.missing += lost.values()
    return [one for one in things if one.key not in lost]


async def _standing(session: AsyncSession, known: Mapping[str, str]) -> dict[str, str]:
    """Our ids of parties by key: who stands now for one that gave way to another in a merge."""
    gone = await those_that_gave_way(session, set(known.values()))
    return {key: gone.get(party, party) for key, party in known.items()}


async def _of_the_living(
    session: AsyncSession,
    entity: Entity,
    things: list[Told],
    held: Mapping[str, _Held],
    outcome: Outcome,
) -> list[Told]:
    """The things without those that would bring back what was erased."""
    parties = {one.key: _parties(entity, one, held) for one in things}
    gone = await _erased(session, {party for named in parties.values() for party in named})
    if not gone:
        return things
    outcome.refused += [(one, "", "party_erased") for one in things if parties[one.key] & gone]
    return [one for one in things if not parties[one.key] & gone]


def _parties(entity: Entity, one: Told, held: Mapping[str, _Held]) -> set[str]:
    """Our ids of the parties that a thing is of."""
    if entity.name is EntityName.PARTY:
        return {held[one.key].target} if one.key in held else set()
    names = [c.name.removesuffix(_KEY) for c in entity.columns if c.parent is EntityName.PARTY]
    return {row[name] for row in one.rows for name in names} - {None}


async def _erased(session: AsyncSession, parties: set[str]) -> set[str]:
    asked, gone = sorted(parties), set[str]()
    for start in range(0, len(asked), _MOST_AT_ONCE):
        named = Party.id.in_(asked[start : start + _MOST_AT_ONCE])
        gone |= set(
            await session.scalars(select(Party.id).where(named, Party.erased_at.is_not(None)))
        )
    return gone


async def _land(
    session: AsyncSession,
    entity: Entity,
    fresh: list[Thing],
    known: list[Thing],
    ground: Ground,
    outcome: Outcome,
) -> None:
    """Write all at once; where the database refuses, each half by itself."""
    things = [*fresh, *known]
    if not things:
        return
    landing = LANDINGS[entity.name]
    try:
        async with session.begin_nested():
            refused = dict(await landing.add(session, ground, fresh)) if fresh else {}
            refused |= await landing.change(session, ground, known) if known else {}
            taken = [one for one in things if one.told.key not in refused]
            await _remember(session, entity, taken, ground)
    except VIOLATIONS:
        if len(things) == 1:
            outcome.refused.append((things[0].told, "", "constraint"))
            return
        for half in (slice(None, len(things) // 2), slice(len(things) // 2, None)):
            part, new = things[half], {one.target for one in fresh}
            await _land(
                session,
                entity,
                [one for one in part if one.target in new],
                [one for one in part if one.target not in new],
                ground,
                outcome,
            )
        return
    outcome.stored += sum(len(one.told.rows) for one in taken)
    outcome.refused += [
        (one.told, "", refused[one.told.key]) for one in things if one.told.key in refused
    ]


async def _remember(
    session: AsyncSession, entity: Entity, things: list[Thing], ground: Ground
) -> None:
    rows = [
        (
            entity.name,
            ground.source,
            one.told.key,
            one.told.version,
            one.told.hash,
            one.target,
            ground.batch,
            ground.now,
            None,
        )
        for one in things
    ]
    keys = ("entity", "source", "key")
    await upsert_rows(session, Mirror, _COLUMNS, rows, keys=keys)


async def _held(
    session: AsyncSession, entity: EntityName, source: str, keys: Iterable[str]
) -> dict[str, _Held]:
    row, asked = Mirror, list(keys)
    found: dict[str, _Held] = {}
    for at in range(0, len(asked), _MOST_AT_ONCE):
        some = asked[at : at + _MOST_AT_ONCE]
        statement = select(row.key, row.version, row.hash, row.target, row.ended_at).where(
            row.entity == entity, row.source == source, row.key.in_(some)
        )
        for key, version, hash_, target, ended_at in await session.execute(statement):
            found[key] = _Held(version, hash_, target, ended_at is not None)
    return found
