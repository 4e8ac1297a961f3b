"""The timeline of a party: what happened, told by each part of the bank, newest first.

Each part is a source that tells of its own events from a place on; a page merges what the sources
told. A place is an event's time, kind and ref, so that pages neither repeat nor lose an event, even
of one moment. This module holds no query of another part's tables, and reads only.

    async def timeline_events(session, party, *, before, limit) -> list[TimelineEvent]

is what a part exports: at most `limit` events older than `before`, newest first; `earlier` makes
the condition for its query.
"""

import base64
import binascii
import heapq
import json
from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, literal, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import Refused
from crm_core.models.columns import UtcDateTime
from crm_core.money import Money
from routing.ids import PartyId

LARGEST_PAGE = 100


class TimelineKind(StrEnum):
    """What an event is about; also what a timeline is filtered by."""

    CALL = "call"
    PAYMENT = "payment"
    STATUS = "status"
    ARREARS = "arrears"
    CASE = "case"
    PROMISE = "promise"
    APPLICATION = "application"
    TASK = "task"
    COMPLAINT = "complaint"
    INTEREST = "interest"
    CONSENT = "consent"
    DOCUMENT = "document"
    PROFILE = "profile"


class TimelineCursorRefused(Refused):
    """The cursor is none of ours."""

    code = "bad_cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """Something that happened to a party at `at`.

    `ref` is the id of what it is about; kind and ref are unique at a moment. `title_code` is a code
    of the texts with `detail` for its slots, whose values are plain text or codes of the texts
    themselves. `text` is what a person wrote, `actor` the name of the employee who did it. `amount`
    is shown only where amounts of the party are open.
    """

    at: datetime
    kind: TimelineKind
    ref: str
    title_code: str
    detail: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    actor: str = ""
    amount: Money | None = None

    @property
    def place(self) -> "Place":
        return Place(at=self.at, kind=self.kind, ref=self.ref)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a page ended: events after it in the list are smaller."""

    at: datetime
    kind: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """Events, newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[TimelineEvent, ...]
    next_cursor: str | None


class Source(Protocol):
    """A part of the bank that tells of its events; see the module."""

    def __call__(
        self, session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
    ) -> Awaitable[Sequence[TimelineEvent]]: ...


def earlier(
    before: Place | None, kind: TimelineKind, at: ColumnElement[Any], ref: ColumnElement[Any]
) -> ColumnElement[bool]:
    """The condition that rows of this kind come after the place; true from the beginning.

    Order the query by `at.desc(), ref.desc()`. `ref` must be compared by code points.
    """
    if before is None:
        return true()
    moment = literal(before.at, UtcDateTime())
    if kind == before.kind:
        same = and_(at == moment, ref < before.ref)
    else:
        same = at == moment if kind < before.kind else false()
    return or_(at < moment, same)


async def timeline_page(
    session: AsyncSession,
    party: PartyId,
    sources: Iterable[tuple[Source, Collection[TimelineKind]]],
    *,
    kinds: Collection[TimelineKind] = (),
    cursor: str | None = None,
    limit: int = 30,
) -> TimelinePage:
    """A page of what the sources tell, of these kinds or of all. Each source stands with the kinds
    that it tells of. Raises TimelineCursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    before = _read_cursor(cursor) if cursor else None
    wanted = set(kinds) or set(TimelineKind)
    told = [
        [
            one
            for one in await source(session, party, before=before, limit=limit + 1)
            if one.kind in wanted
        ]
        for source, has in sources
        if wanted & set(has)
    ]
    merged = heapq.merge(*told, key=lambda one: one.place, reverse=True)
    found = list(merged)[: limit + 1]
    items = tuple(found[:limit])
    more = len(found) > limit
    return TimelinePage(items=items, next_cursor=_cursor(items[-1].place) if more else None)


def _cursor(last: Place) -> str:
    place = json.dumps([last.at.astimezone(UTC).isoformat(), last.kind, last.ref])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _read_cursor(cursor: str) -> Place:
    try:
        at, kind, ref = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        place = Place(at=datetime.fromisoformat(at), kind=TimelineKind(kind), ref=ref)
        aware = place.at.tzinfo is not None and place.at.astimezone(UTC) is not None
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise TimelineCursorRefused from error
    if not aware or not isinstance(ref, str) or not ref.isprintable():
        raise TimelineCursorRefused
    return place
