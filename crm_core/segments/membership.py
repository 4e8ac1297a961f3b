"""Who is in a segment: found batch by batch, kept with dates, explained condition by condition.

A batch is one transaction over parties in the order of their ids, so an evaluation can be done in
steps, goes on where it stopped, and made twice ends the same.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import Database, moment
from crm_core.dated import end, held
from crm_core.errors import PartyUnknown
from crm_core.ids import new_id
from crm_core.models import Party, PartyKind, Segment, SegmentMembership
from crm_core.segments.compiling import checked, clause, tested
from crm_core.segments.facts import FACTS, FactType, Moment
from crm_core.segments.keeping import Kept, segments
from crm_core.segments.rule import AllOf, AnyOf, Condition, Not, Rule, conditions, write
from routing.ids import PartyId

BATCH = 2_000
SAMPLE = 10

_HERE = and_(Party.merged_into.is_(None), Party.erased_at.is_(None))
"""Who was merged into another or erased is in no segment."""

Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far an evaluation is: `after` is where to go on, None at the end."""

    done: int
    joined: int
    left: int
    after: PartyId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A party in a segment, taken in by a version of its rule."""

    party: PartyId
    name: str
    kind: PartyKind
    since: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule would find: how many, of how many, and the first of them by name."""

    found: int
    of: int
    sample: tuple[tuple[PartyId, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A part of a rule and whether the party meets it. `depth` is how far it stands inside; of a
    condition `text` is its words and `found` the party's value, empty for sets and amounts. Of
    parts that join others `text` is "and", "or" or "not"."""

    depth: int
    text: str
    met: bool
    found: str
    joins: bool


async def evaluate_step(
    session: AsyncSession, one: Kept, *, on: date, after: PartyId | None, batch: int = BATCH
) -> Step:
    """Put the membership of the next parties right. The first step begins after None."""
    now = moment(session)
    page = select(Party.id).where(Party.id > (after or "")).order_by(Party.id).limit(batch)
    parties = list(await session.scalars(page))
    if not parties:
        await _finish(session, one, now)
        return Step(done=0, joined=0, left=0, after=None)
    row, here = SegmentMembership, and_(Party.id >= parties[0], Party.id <= parties[-1])
    found = set(await session.scalars(_matching(one.rule, Moment(on=on, at=now)).where(here)))
    between = and_(row.segment == one.id, row.party >= parties[0], row.party <= parties[-1])
    known = set(await session.scalars(select(row.party).where(between, row.valid_to.is_(None))))
    gone, fresh = known - found, sorted(found - known)
    if gone:
        await end(session, row, and_(between, row.party.in_(gone)), now)
    if fresh:
        await session.execute(insert(row), [_taken_in(one, party, now) for party in fresh])
    more = len(parties) == batch
    if not more:
        await _finish(session, one, now)
    return Step(
        done=len(parties),
        joined=len(fresh),
        left=len(gone),
        after=parties[-1] if more else None,
    )


async def evaluate_all(db: Database, on: date, progress: Progress) -> Mapping[str, int]:
    """Put the membership of all active segments right on the business date. Counts of it."""
    counts = {"segments": 0, "joined": 0, "left": 0}
    async with db.reading() as session:
        active = [one for one in await segments(session) if one.active]
    for one in active:
        counts["segments"] += 1
        after: PartyId | None = None
        while True:
            async with db.unit_of_work() as session:
                step = await evaluate_step(session, one, on=on, after=after)
            counts["joined"] += step.joined
            counts["left"] += step.left
            await progress(step.done)
            after = step.after
            if after is None:
                break
    return counts


async def members(
    session: AsyncSession,
    segment: str,
    *,
    after: PartyId | None = None,
    at: datetime | None = None,
    limit: int = 50,
) -> list[Member]:
    """Who is in the segment, now or at a time, by the parties' ids, those after one of them."""
    row = SegmentMembership
    statement = (
        select(Party.id, Party.display_name, Party.kind, row.valid_from, row.version)
        .join(row, row.party == Party.id)
        .where(row.segment == segment, held(row, at or moment(session)), Party.id > (after or ""))
        .order_by(Party.id)
        .limit(limit)
    )
    return [
        Member(party=party, name=name, kind=kind, since=since, version=version)
        for party, name, kind, since, version in await session.execute(statement)
    ]


async def segments_of(session: AsyncSession, party: PartyId) -> list[tuple[str, str]]:
    """Ids and names of the segments that the party is in now, by name."""
    row = SegmentMembership
    statement = select(Segment.id, Segment.name).join(row, row.segment == Segment.id)
    mine = statement.where(row.party == party, held(row, moment(session)))
    return [(id_, name) for id_, name in await session.execute(mine.order_by(Segment.name))]


async def try_rule(session: AsyncSession, rule: str, *, on: date) -> Trial:
    """What the rule would find now, without keeping anything. Raises RuleRefused."""
    asked = Moment(on=on, at=moment(session))
    met = and_(clause(checked(rule), asked), _HERE)
    found = await session.scalar(select(func.count()).select_from(Party).where(met))
    of = await session.scalar(select(func.count()).select_from(Party).where(_HERE))
    some = select(Party.id, Party.display_name).where(met)
    rows = await session.execute(some.order_by(Party.display_name, Party.id).limit(SAMPLE))
    return Trial(found=found or 0, of=of or 0, sample=tuple((row[0], row[1]) for row in rows))


async def explain(
    session: AsyncSession, rule: str, party: PartyId, *, on: date
) -> tuple[Reason, ...]:
    """Why the party meets the rule or does not, from the whole to each condition.

    Raises RuleRefused, PartyUnknown.
    """
    tree, asked = checked(rule), Moment(on=on, at=moment(session))
    leaves = list(conditions(tree))
    columns: list[ColumnElement[Any]] = []
    for one in leaves:
        columns += [tested(one, asked), _shown(one, asked)]
    row = (await session.execute(select(*columns).where(Party.id == party))).one_or_none()
    if row is None:
        raise PartyUnknown
    answers = zip(row[::2], row[1::2], strict=True)
    reasons: list[Reason] = []
    _tell(tree, 0, iter(answers), reasons)
    return tuple(reasons)


def _tell(
    rule: Rule, depth: int, answers: Iterator[tuple[object, object]], told: list[Reason]
) -> bool:
    """Write down the part and what is inside it. Whether it is met. The answers come in the order
    of the conditions: whether it holds, and what was found."""
    if isinstance(rule, Condition):
        holds, value = next(answers)
        met, found = bool(holds), "" if value is None else str(value)
        told.append(Reason(depth=depth, text=write(rule), met=met, found=found, joins=False))
        return met
    place = len(told)
    word, parts = _joined(rule)
    inside = [_tell(one, depth + 1, answers, told) for one in parts]
    met = {"and": all(inside), "or": any(inside), "not": not inside[0]}[word]
    told.insert(place, Reason(depth=depth, text=word, met=met, found="", joins=True))
    return met


def _joined(rule: Not | AllOf | AnyOf) -> tuple[str, Sequence[Rule]]:
    match rule:
        case Not(inner):
            return "not", (inner,)
        case AllOf(parts):
            return "and", parts
        case AnyOf(parts):
            return "or", parts


def _shown(one: Condition, moment: Moment) -> ColumnElement[object]:
    """The value that is shown beside the condition: no amounts, no sets."""
    fact = FACTS[one.fact]
    if fact.is_set or fact.type in (FactType.AMOUNT, FactType.FLAG):
        return literal("")
    shown: ColumnElement[object] = fact.sql(moment, one.unit)
    return shown


def _matching(rule: str, moment: Moment) -> Select[PartyId]:
    return select(Party.id).where(clause(checked(rule), moment), _HERE)


def _taken_in(one: Kept, party: PartyId, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "segment": one.id,
        "party": party,
        "version": one.version,
        "valid_from": now,
        "created_at": now,
    }


async def _finish(session: AsyncSession, one: Kept, now: datetime) -> None:
    row = SegmentMembership
    count = select(func.count()).where(row.segment == one.id, row.valid_to.is_(None))
    found = await session.scalar(count)
    put = update(Segment).where(Segment.id == one.id)
    await session.execute(put.values(evaluated_at=now, members=found))
    subject = Subject(kind="segment", id=one.id)
    detail = {"version": str(one.version), "members": str(found)}
    await record(
        session,
        Action.SEGMENT_EVALUATED,
        actor="product",
        subject=subject,
        reason=one.code,
        detail=detail,
    )
