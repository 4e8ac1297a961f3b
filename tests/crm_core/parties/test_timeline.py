"""The timeline: sources merged, page by page, with nothing lost or told twice."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.parties.timeline import (
    Place,
    TimelineCursorRefused,
    TimelineEvent,
    TimelineKind,
    timeline_page,
)
from routing.ids import PartyId
from tests.crm_core.conftest import START

ANNA = PartyId("anna")
CALL, PAYMENT, STATUS = TimelineKind.CALL, TimelineKind.PAYMENT, TimelineKind.STATUS


def event(kind: TimelineKind, minutes: int, n: int = 0) -> TimelineEvent:
    at = START - timedelta(minutes=minutes)
    return TimelineEvent(at=at, kind=kind, ref=f"r{n}", title_code="x")


class Part:
    """A part of the bank with these events."""

    def __init__(self, *events: TimelineEvent) -> None:
        self.events = sorted(events, key=lambda one: one.place, reverse=True)

    async def __call__(
        self, session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
    ) -> Sequence[TimelineEvent]:
        return [one for one in self.events if before is None or one.place < before][:limit]


async def pages(
    parts: dict[Part, set[TimelineKind]], limit: int, kinds: set[TimelineKind]
) -> list[list[TimelineEvent]]:
    session, cursor, found = AsyncSession(), None, []
    while True:
        page = await timeline_page(
            session, ANNA, parts.items(), kinds=kinds, cursor=cursor, limit=limit
        )
        found.append(list(page.items))
        cursor = page.next_cursor
        if cursor is None:
            return found


EVENTS = st.lists(
    st.builds(event, st.sampled_from((CALL, PAYMENT)), st.integers(0, 3), st.integers(0, 3)),
    max_size=12,
    unique_by=lambda one: one.place,
)


@given(EVENTS, st.integers(1, 5), st.sets(st.sampled_from((CALL, PAYMENT)), max_size=2))
async def test_pages_tell_each_event_once_newest_first(
    events: list[TimelineEvent], limit: int, kinds: set[TimelineKind]
) -> None:
    parts = {Part(*(one for one in events if one.kind is kind)): {kind} for kind in (CALL, PAYMENT)}
    found = await pages(parts, limit, kinds)
    told = [one for page in found for one in page]
    wanted = [one for one in events if one.kind in (kinds or {CALL, PAYMENT})]
    assert told == sorted(wanted, key=lambda one: one.place, reverse=True)
    assert all(len(page) <= limit for page in found)


async def test_a_part_without_the_wanted_kind_is_not_asked() -> None:
    class Silent(Part):
        async def __call__(self, *_: object, **__: object) -> Sequence[TimelineEvent]:
            raise AssertionError("it was asked")

    parts: dict[Part, set[TimelineKind]] = {Silent(): {STATUS}, Part(event(CALL, 1)): {CALL}}
    assert await pages(parts, 5, {CALL}) == [[event(CALL, 1)]]


@pytest.mark.parametrize(
    "cursor", ["x", "W10=", "e30=", "bnVsbA==", "WyIyMDI2IiwgImNhbGwiLCAxXQ=="]
)
async def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(TimelineCursorRefused):
        await timeline_page(AsyncSession(), ANNA, (), cursor=cursor)
