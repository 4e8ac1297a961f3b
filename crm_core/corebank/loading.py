"""Loading a batch: stage, check, then one transaction that stores all of it or nothing.

A batch is known by its id: told again it changes nothing, told again with another content it is
refused and an alarm. A late one (of an older business date than was loaded) is taken by its rows'
versions and ends nothing. Whatever is refused is reported by line and reason, never by value.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.corebank.alarms import About, AlarmCode, clear_alarms, raise_alarm, told
from crm_core.corebank.bulk import insert_rows
from crm_core.corebank.camt.booking import book_parked
from crm_core.corebank.entities import ENTITIES, Entity
from crm_core.corebank.ground import AUDITED_AS, Ground, Outcome
from crm_core.corebank.landing import LANDINGS
from crm_core.corebank.manifest import BatchKind, Manifest
from crm_core.corebank.parking import park, unpark
from crm_core.corebank.staging import BatchRefused, RowError, Staged, stage
from crm_core.corebank.store import store
from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.models import BatchState, Mirror, SyncBatch, SyncError
from crm_core.sealing import NumberSeal

_ENDED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """`region` of national phone numbers; above `refuse_above` per cent of bad rows a batch is
    refused; a full batch ends at most `end_at_most` per cent of what is held."""

    region: str = "RU"
    refuse_above: int = 5
    end_at_most: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a batch; counts are rows. `problem` tells why it was refused as a whole."""

    about: About
    problem: str | None = None
    repeated: bool = False
    rows: int = 0
    stored: int = 0
    unchanged: int = 0
    refused: int = 0
    parked: int = 0
    ended: int = 0
    unparked: int = 0
    errors: tuple[RowError, ...] = ()


Progress = Callable[[str, int], None]
"""Is told the phase ("read" or "store") and how many more rows were done."""


async def load(
    db: Database,
    manifest: Manifest,
    *,
    seal: NumberSeal,
    options: LoadOptions,
    progress: Progress = lambda _phase, _rows: None,
) -> Report:
    """Load the batch and report. Raises nothing for bad batches: the report tells."""
    load_ = _Load(db, manifest, seal, options, progress)
    async with db.reading() as session:
        before = await _told_before(session, manifest)
        started_at = moment(session)
    if before is not None and before.state is BatchState.LOADED:
        return await load_.repeated(before)
    try:
        staged = stage(
            manifest,
            ENTITIES[manifest.entity],
            region=options.region,
            progress=lambda rows: progress("read", rows),
        )
    except BatchRefused as error:
        return await load_.refuse(error.problem, started_at, Staged.empty())
    try:
        if staged.refused * 100 > staged.rows * options.refuse_above:
            return await load_.refuse("too_many_bad_rows", started_at, staged)
        return await load_.store(staged, started_at)
    finally:
        staged.close()


async def _told_before(session: AsyncSession, manifest: Manifest) -> SyncBatch | None:
    row = SyncBatch
    same = row.source == manifest.source, row.batch_id == manifest.batch_id
    found: SyncBatch | None = await session.scalar(select(row).where(*same))
    return found


class _Load:
    """One batch on its way into the database."""

    def __init__(
        self,
        db: Database,
        manifest: Manifest,
        seal: NumberSeal,
        options: LoadOptions,
        progress: Progress,
    ) -> None:
        self.db = db
        self.manifest = manifest
        self.seal = seal
        self.options = options
        self.progress = progress
        self.entity: Entity = ENTITIES[manifest.entity]
        self.about = About(manifest.source, manifest.entity, manifest.batch_id)
        self.id = new_id()

    async def repeated(self, before: SyncBatch) -> Report:
        """It was loaded before: nothing changes, unless to say that it is another one now."""
        manifest = self.manifest
        if before.sha256 == manifest.sha256:
            return Report(about=self.about, repeated=True, rows=before.rows)
        async with self.db.unit_of_work() as session:
            await raise_alarm(session, AlarmCode.BATCH_CHANGED, self.about)
        return Report(about=self.about, problem="batch_changed")

    async def refuse(self, problem: str, started_at: datetime, staged: Staged) -> Report:
        """Keep that and why the batch was refused."""
        async with self.db.unit_of_work() as session:
            report = Report(
                about=self.about,
                problem=problem,
                rows=staged.rows,
                refused=staged.refused,
                errors=tuple(staged.errors),
            )
            await self._keep(session, report, started_at)
            code, detail = AlarmCode.BATCH_REFUSED, {"problem": problem}
            await raise_alarm(session, code, self.about, detail=detail)
        return report

    async def store(self, staged: Staged, started_at: datetime) -> Report:
        """Store the batch in one transaction."""
        async with self.db.unit_of_work() as session:
            late = await self._is_late(session)
            if not late:
                await told(session, self.manifest.source, self.manifest.entity)
            ground = self._ground(moment(session))
            outcome = Outcome()
            for chunk in staged.chunks():
                done = await store(session, self.entity, chunk, ground)
                await park(session, self.entity, done.missing, ground)
                if self._ends_rest:
                    await self._touch(session, [one.key for one in chunk])
                outcome.add(done)
                self.progress("store", sum(len(one.rows) for one in chunk))
            await self._refused_late(session, staged, outcome)
            ended = 0 if late else await self._end_rest(session, staged, ground)
            await self._compare_totals(session, staged)
            freed = await unpark(session, ground, region=self.options.region)
            booked = await book_parked(session)
            report = Report(
                about=self.about,
                rows=staged.rows,
                stored=outcome.stored,
                unchanged=outcome.unchanged + outcome.older,
                refused=staged.refused,
                parked=sum(len(one.told.rows) for one in outcome.missing),
                ended=ended,
                unparked=freed.stored + booked,
                errors=tuple(staged.errors),
            )
            await self._keep(session, report, started_at)
            await clear_alarms(session, AlarmCode.BATCH_REFUSED, self.about)
            subject = Subject(kind="batch", id=self.id)
            action = Action.BANK_DATA_LOADED
            await record(session, action, actor=AUDITED_AS, subject=subject, reason="")
        return report

    @property
    def _ends_rest(self) -> bool:
        full = self.manifest.kind is BatchKind.FULL
        return full and LANDINGS[self.manifest.entity].end is not None

    def _ground(self, now: datetime) -> Ground:
        return Ground(
            source=self.manifest.source,
            business_date=self.manifest.business_date,
            now=now,
            seal=self.seal,
            batch=self.id,
        )

    async def _is_late(self, session: AsyncSession) -> bool:
        """Whether a batch of a later business date was loaded before this one."""
        row, manifest = SyncBatch, self.manifest
        same = row.source == manifest.source, row.entity == manifest.entity
        loaded = row.state == BatchState.LOADED
        newest = await session.scalar(select(func.max(row.business_date)).where(*same, loaded))
        return newest is not None and newest > manifest.business_date

    async def _touch(self, session: AsyncSession, keys: list[str]) -> None:
        """The batch tells of these, changed or not."""
        row = Mirror
        same = row.entity == self.entity.name, row.source == self.manifest.source
        await session.execute(update(row).where(*same, row.key.in_(keys)).values(batch=self.id))

    async def _refused_late(self, session: AsyncSession, staged: Staged, outcome: Outcome) -> None:
        """Count in what was found wrong only beside what is held."""
        for one, column, reason in outcome.refused:
            staged.refuse(one.lines, column, reason)
            staged.count(self.entity.control, one.rows, sign=-1)
        for one in outcome.conflicts:
            staged.refuse(one.lines, "source_version", "version_conflict")
            staged.count(self.entity.control, one.rows, sign=-1)
            about = replace(self.about, subject=one.key)
            await raise_alarm(session, AlarmCode.VERSION_CONFLICT, about)

    async def _end_rest(self, session: AsyncSession, staged: Staged, ground: Ground) -> int:
        """What a full batch does not tell of any more ends, if it is credibly little."""
        end, row = LANDINGS[self.manifest.entity].end, Mirror
        if not self._ends_rest or end is None or staged.spared is None:
            return 0
        held = row.entity == self.entity.name, row.source == ground.source, row.ended_at.is_(None)
        rest = or_(row.batch.is_(None), row.batch != self.id)
        found = await session.execute(select(row.key, row.target).where(*held, rest))
        gone = [(key, target) for key, target in found if key not in staged.spared]
        total = await session.scalar(select(func.count()).select_from(row).where(*held)) or 0
        if len(gone) * 100 > total * self.options.end_at_most:
            detail = {"would_end": str(len(gone))}
            await raise_alarm(session, AlarmCode.SIZE_GUARD, self.about, detail=detail)
            return 0
        for at in range(0, len(gone), _ENDED_AT_ONCE):
            some = gone[at : at + _ENDED_AT_ONCE]
            await end(session, ground, [target for _key, target in some])
            keys = row.key.in_([key for key, _target in some])
            await session.execute(update(row).where(*held, keys).values(ended_at=ground.now))
        return len(gone)

    async def _compare_totals(self, session: AsyncSession, staged: Staged) -> None:
        told_totals = {code: sum_ for code, sum_ in self.manifest.control_totals.items() if sum_}
        ours = {code: sum_ for code, sum_ in staged.totals.items() if sum_}
        code = AlarmCode.CONTROL_TOTALS
        if told_totals == ours:
            await clear_alarms(session, code, replace(self.about, subject=""))
            return
        wrong = [c for c in {*told_totals, *ours} if told_totals.get(c) != ours.get(c)]
        detail = {"currencies": " ".join(sorted(wrong))}
        await raise_alarm(session, code, self.about, detail=detail)

    async def _keep(self, session: AsyncSession, report: Report, started_at: datetime) -> None:
        """Keep the report, in place of that of an earlier try that was refused."""
        manifest, row = self.manifest, SyncBatch
        same = row.source == manifest.source, row.batch_id == manifest.batch_id
        before = await session.scalar(select(row.id).where(*same))
        if before is not None:
            await session.execute(delete(SyncError).where(SyncError.batch == before))
            await session.execute(delete(row).where(row.id == before))
        kept = row(
            id=self.id,
            source=manifest.source,
            batch_id=manifest.batch_id,
            entity=manifest.entity,
            kind=manifest.kind,
            business_date=manifest.business_date,
            sha256=manifest.sha256,
            state=BatchState.REFUSED if report.problem else BatchState.LOADED,
            problem=report.problem,
            rows=report.rows,
            stored=report.stored,
            unchanged=report.unchanged,
            refused=report.refused,
            parked=report.parked,
            ended=report.ended,
            started_at=started_at,
            finished_at=moment(session),
        )
        session.add(kept)
        await session.flush()
        by_line = {one.line: one for one in report.errors}
        errors = [(self.id, one.line, one.column, one.reason) for one in by_line.values()]
        columns = ("batch", "line", "column", "reason")
        await insert_rows(session, SyncError, columns, errors)
