"""The blacklist: parties, numbers and documents that must not be approached, or lent to.

An entry is proposed by one person and holds once another has approved it, from its first day to the
day before its end. Numbers are E.164; of a document only the keyed hash of its number is kept, with
its last characters to be recognised by.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.collections.promises import SecondPersonNeeded
from crm_core.collections.states import BlacklistKind, BlacklistReason, BlacklistScope
from crm_core.cursors import before, cursor_at
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import BlacklistEntry, EmployeeRow, Party
from crm_core.parties.editing import check_stands
from crm_core.phones import display, normalise
from crm_core.sealing import NumberKind, NumberRefused, NumberSeal
from routing.ids import AgentId, PartyId

LARGEST_PAGE = 200
LONGEST_NOTE = 500
_SHOWN = 4


class EntryUnknown(Unknown):
    """There is no such entry."""

    code = "blacklist_entry_unknown"


class EntryDecided(Refused):
    """The entry was approved, refused or ended before."""

    code = "blacklist_entry_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is to be listed: exactly one of `party`, `number` (as typed) and `document`."""

    reason: BlacklistReason
    scope: BlacklistScope
    starts_on: date
    ends_before: date | None = None
    note: str = ""
    party: PartyId | None = None
    number: str = ""
    document: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry as it is shown. `what` is a party's name, a number, or a masked document."""

    id: str
    kind: BlacklistKind
    party: PartyId | None
    what: str
    reason: BlacklistReason
    scope: BlacklistScope
    note: str
    starts_on: date
    ends_before: date | None
    added_at: datetime
    added_by: AgentId
    added_by_name: str
    approved_at: datetime | None
    approved_by: AgentId | None
    refused_by: AgentId | None

    @property
    def waits(self) -> bool:
        """Nobody has decided on it."""
        return self.approved_by is None and self.refused_by is None

    def holds(self, on: date) -> bool:
        """Whether it forbids anything on the day."""
        begun = self.approved_by is not None and self.starts_on <= on
        return begun and (self.ends_before is None or on < self.ends_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistPage:
    """Entries, newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[Listed, ...]
    next_cursor: str | None


async def propose(
    session: AsyncSession, told: Proposal, *, by: AgentId, region: str, seal: NumberSeal
) -> str:
    """Propose an entry. Its id. Raises FieldRefused."""
    kind, columns = await _subject(session, told, region=region, seal=seal)
    if told.ends_before is not None and told.ends_before <= told.starts_on:
        raise FieldRefused("ends_before", "before_start")
    if len(told.note) > LONGEST_NOTE:
        raise FieldRefused("note", "too_long")
    entry = BlacklistEntry(
        id=new_id(),
        kind=kind,
        **columns,
        reason=told.reason,
        scope=told.scope,
        note=told.note.strip(),
        starts_on=told.starts_on,
        ends_before=told.ends_before,
        added_at=moment(session),
        added_by=by,
    )
    session.add(entry)
    await session.flush()
    await _record(session, Action.BLACKLIST_PROPOSED, entry, by=by, what=told.reason)
    return entry.id


async def approve(session: AsyncSession, entry: str, *, by: AgentId) -> None:
    """Let the entry hold. Raises EntryUnknown, EntryDecided, SecondPersonNeeded."""
    row = await _undecided(session, entry)
    if row.added_by == by:
        raise SecondPersonNeeded
    row.approved_by, row.approved_at = by, moment(session)
    await session.flush()
    await _record(session, Action.BLACKLIST_DECIDED, row, by=by, what="approved")


async def refuse(session: AsyncSession, entry: str, *, by: AgentId) -> None:
    """Do not list it; its author may take it back so. Raises EntryUnknown, EntryDecided."""
    row = await _undecided(session, entry)
    row.refused_by = by
    await session.flush()
    await _record(session, Action.BLACKLIST_DECIDED, row, by=by, what="refused")


async def end(session: AsyncSession, entry: str, *, on: date, by: AgentId) -> None:
    """Let the entry hold no more from the day on. Raises EntryUnknown, EntryDecided,
    FieldRefused for a day that is not after its first."""
    row = await session.get(BlacklistEntry, entry, with_for_update=True)
    if row is None:
        raise EntryUnknown
    if row.approved_by is None or (row.ends_before is not None and row.ends_before <= on):
        raise EntryDecided
    if on <= row.starts_on:
        raise FieldRefused("on", "before_start")
    row.ends_before = on
    await session.flush()
    await _record(session, Action.BLACKLIST_ENDED, row, by=by, what=on.isoformat())


async def forbidding(
    session: AsyncSession,
    *,
    on: date,
    scopes: Collection[BlacklistScope],
    party: PartyId | None = None,
    numbers: Collection[str] = (),
    documents: Collection[tuple[str, str]] = (),
) -> tuple[Listed, ...]:
    """The entries that hold on the day for the party, one of the E.164 numbers, or one of the
    documents (key id, hash), in one of the scopes or in all."""
    row, kinds = BlacklistEntry, BlacklistKind
    about: list[ColumnElement[bool]] = [
        and_(row.kind == kinds.NUMBER, row.value.in_(numbers)),
        and_(row.kind == kinds.DOCUMENT, tuple_(row.value_key, row.value).in_(list(documents))),
    ]
    if party is not None:
        about.append(row.party == party)
    statement = _listed().where(
        or_(*about),
        row.scope.in_({*scopes, BlacklistScope.ALL}),
        row.approved_by.is_not(None),
        row.starts_on <= on,
        or_(row.ends_before.is_(None), row.ends_before > on),
    )
    return await _read(session, statement.order_by(row.added_at.desc()).limit(LARGEST_PAGE))


async def blacklist(
    session: AsyncSession,
    *,
    waiting: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> BlacklistPage:
    """A page of entries, newest first: those that wait for a decision, those decided, or all.
    Raises CursorRefused."""
    row, limit = BlacklistEntry, max(1, min(limit, LARGEST_PAGE))
    statement = _listed().order_by(row.added_at.desc(), row.id.desc())
    if waiting is not None:
        open_ = and_(row.approved_by.is_(None), row.refused_by.is_(None))
        statement = statement.where(open_ if waiting else ~open_)
    if cursor:
        statement = statement.where(before(row.added_at, row.id, cursor))
    found = await _read(session, statement.limit(limit + 1))
    items, more = found[:limit], len(found) > limit
    last = cursor_at(items[-1].added_at, items[-1].id) if more else None
    return BlacklistPage(items=items, next_cursor=last)


async def _subject(
    session: AsyncSession, told: Proposal, *, region: str, seal: NumberSeal
) -> tuple[BlacklistKind, Mapping[str, str | None]]:
    given = [bool(told.party), bool(told.number.strip()), bool(told.document.strip())]
    columns: dict[str, str | None]
    if sum(given) != 1:
        raise FieldRefused("what", "one_needed")
    if told.party is not None:
        if await session.get(Party, told.party) is None:
            raise FieldRefused("party", "unknown")
        await check_stands(session, told.party)
        columns = {"party": told.party, "value": "", "value_key": "", "shown": ""}
        return BlacklistKind.PARTY, columns
    if told.number.strip():
        number = normalise(told.number, region)
        if number is None:
            raise FieldRefused("number", "no_number")
        columns = {"party": None, "value": number, "value_key": "", "shown": number}
        return BlacklistKind.NUMBER, columns
    try:
        hashes = seal.hashes(told.document, NumberKind.DOCUMENT)
    except NumberRefused:
        raise FieldRefused("document", "no_number") from None
    shown = "".join(told.document.split())[-_SHOWN:]
    columns = {
        "party": None,
        "value": hashes[seal.current],
        "value_key": seal.current,
        "shown": f"•••• {shown}",
    }
    return BlacklistKind.DOCUMENT, columns


async def _undecided(session: AsyncSession, entry: str) -> BlacklistEntry:
    row = await session.get(BlacklistEntry, entry, with_for_update=True)
    if row is None:
        raise EntryUnknown
    if row.approved_by is not None or row.refused_by is not None:
        raise EntryDecided
    return row


def _listed() -> Select[BlacklistEntry, str, str]:
    row = BlacklistEntry
    return (
        select(row, Party.display_name, EmployeeRow.name)
        .outerjoin(Party, Party.id == row.party)
        .join(EmployeeRow, EmployeeRow.id == row.added_by)
    )


async def _read(
    session: AsyncSession, statement: Select[BlacklistEntry, str, str]
) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            id=row.id,
            kind=row.kind,
            party=row.party,
            what=party_name or _shown(row),
            reason=row.reason,
            scope=row.scope,
            note=row.note,
            starts_on=row.starts_on,
            ends_before=row.ends_before,
            added_at=row.added_at,
            added_by=row.added_by,
            added_by_name=author,
            approved_at=row.approved_at,
            approved_by=row.approved_by,
            refused_by=row.refused_by,
        )
        for row, party_name, author in await session.execute(statement)
    )


def _shown(row: BlacklistEntry) -> str:
    return display(row.shown) if row.kind is BlacklistKind.NUMBER else row.shown


async def _record(
    session: AsyncSession, action: Action, row: BlacklistEntry, *, by: AgentId, what: str
) -> None:
    subject = Subject(kind="blacklist_entry", id=row.id)
    detail = {"what": str(what), "kind": row.kind.value, "scope": row.scope.value}
    if row.party:
        detail["party"] = row.party
    await record(session, action, actor=by, subject=subject, reason="blacklist", detail=detail)
