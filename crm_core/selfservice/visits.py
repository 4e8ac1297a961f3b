"""Visits to self-service: what became of a caller in a flow, node by node. Kept once, for figures.

A visit names its call and no party. It is no record of what was said: services that were told stand
on the call's card, amounts that were told in the audit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.models import ServiceStep, ServiceVisit, SurveyAnswer
from crm_core.nightly.runner import Progress
from crm_core.selfservice.leaving import KEYS, Leaving
from crm_core.upsert import insert_into
from routing.ids import CallId, FlowId
from routing.terms import ServiceEnd

KEPT_FOR = timedelta(days=400)
"""As long as a report may ask back."""
_MS = timedelta(milliseconds=1)
_ON_HIS_OWN = frozenset({ServiceEnd.DONE, ServiceEnd.LEFT})
_PORTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stay in a node. `key` tells which key of a menu he chose, and is empty for all else: what
    is typed into a node that collects, identifies or verifies comes here never.

    Raises ValueError for anything but one key.
    """

    node: str
    entered_at: datetime
    left_at: datetime
    leaving: Leaving
    key: str = ""

    def __post_init__(self) -> None:
        chosen = self.leaving is Leaving.KEY
        if chosen != bool(self.key) or len(self.key) > 1 or self.key not in KEYS:
            raise ValueError("a step keeps the key of a menu and nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A caller's way through a flow, over. `told` are the services that he heard to their ends."""

    call: CallId
    flow: FlowId
    version: str
    language: str
    began_at: datetime
    left_at: datetime
    end: ServiceEnd
    told: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def contained(self) -> bool:
        """Whether self-service was enough: he was told something, and went without a person. By
        the same rule his call counts as self-served and not as abandoned."""
        return bool(self.told) and self.end in _ON_HIS_OWN


async def keep(session: AsyncSession, visit: Visit) -> bool:
    """Keep a visit, once: whether it was new."""
    row = ServiceVisit
    fresh = insert_into(session, row).values(
        id=new_id(),
        call=visit.call,
        flow=visit.flow,
        version=visit.version,
        language=visit.language,
        began_at=visit.began_at,
        left_at=max(visit.left_at, visit.began_at),
        ending=visit.end,
        contained=visit.contained,
        last_node=visit.steps[-1].node if visit.steps else "",
    )
    known = [row.call, row.flow, row.began_at]
    kept = fresh.on_conflict_do_nothing(index_elements=known).returning(row.id)
    found = await session.scalar(kept)
    if found is None:
        return False
    if visit.steps:
        await session.execute(insert(ServiceStep), _rows(found, visit.steps))
    return True


async def forget_old(db: Database, _on: date, progress: Progress) -> Mapping[str, int]:
    """A nightly job: visits and answers that no report can ask for any more go, in portions."""
    dropped = {"visits": 0, "answers": 0}
    while True:
        async with db.unit_of_work() as session:
            since = moment(session) - KEPT_FOR
            gone = {
                "visits": await _drop_visits(session, since),
                "answers": await _drop_answers(session, since),
            }
        dropped = {name: dropped[name] + n for name, n in gone.items()}
        await progress(sum(gone.values()))
        if max(gone.values()) < _PORTION:
            return dropped


async def _drop_visits(session: AsyncSession, since: datetime) -> int:
    row, step = ServiceVisit, ServiceStep
    old = select(row.id).where(row.left_at < since).order_by(row.left_at).limit(_PORTION)
    visits = list(await session.scalars(old))
    await session.execute(delete(step).where(step.visit.in_(visits)))
    await session.execute(delete(row).where(row.id.in_(visits)))
    return len(visits)


async def _drop_answers(session: AsyncSession, since: datetime) -> int:
    row = SurveyAnswer
    old = select(row.call).where(row.asked_at < since).order_by(row.asked_at).limit(_PORTION)
    calls = list(await session.scalars(old))
    await session.execute(delete(row).where(row.call.in_(calls), row.asked_at < since))
    return len(calls)


def _rows(visit: str, steps: tuple[Step, ...]) -> list[dict[str, object]]:
    following = (*(one.node for one in steps[1:]), "")
    return [
        {
            "visit": visit,
            "n": n,
            "node": one.node,
            "entered_at": one.entered_at,
            "ms": max(0, (one.left_at - one.entered_at) // _MS),
            "leaving": one.leaving,
            "pressed": one.key,
            "next_node": then,
        }
        for n, (one, then) in enumerate(zip(steps, following, strict=True), start=1)
    ]
