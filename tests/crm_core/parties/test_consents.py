"""Consents: what held at a time, and what was known of it at that time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import ConsentChannel, ConsentPurpose, ConsentSource
from crm_core.parties.consents import (
    ConsentFacts,
    ConsentSaid,
    consents,
    granted,
    record_consent,
    standing,
    timeline_events,
)
from routing.ids import PartyId
from tests.crm_core.conftest import START, FakeClock, person

MARKETING = ConsentPurpose.MARKETING
ANY, CALL, SMS = ConsentChannel.ANY, ConsentChannel.CALL, ConsentChannel.SMS


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


async def say(
    db: Database,
    party: PartyId,
    channel: ConsentChannel,
    yes: bool,
    at: datetime | None = None,
) -> None:
    facts = ConsentFacts(
        purpose=MARKETING, channel=channel, granted=yes, source=ConsentSource.CALL, at=at
    )
    async with db.unit_of_work() as session:
        await record_consent(session, party, facts, by="boris")


async def ask(db: Database, party: PartyId, channel: ConsentChannel, **when: datetime) -> bool:
    async with db.reading() as session:
        return await granted(session, party, MARKETING, channel, **when)


async def test_the_latest_word_about_the_channel_or_about_all_holds(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    assert not await ask(db, party, CALL)
    await say(db, party, ANY, True)
    assert await ask(db, party, CALL) and await ask(db, party, ANY)
    clock.pass_(days=1)
    await say(db, party, CALL, False)
    assert not await ask(db, party, CALL)
    assert await ask(db, party, SMS) and await ask(db, party, ANY)
    assert await ask(db, party, CALL, at=START + timedelta(hours=1))
    clock.pass_(days=1)
    await say(db, party, ANY, False)
    assert not await ask(db, party, SMS)


async def test_what_was_recorded_later_was_not_known_then(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    await say(db, party, ANY, True)
    clock.pass_(days=3)
    withdrawn = START + timedelta(days=1)
    await say(db, party, ANY, False, at=withdrawn)
    day2 = START + timedelta(days=2)
    assert not await ask(db, party, CALL, at=day2)
    assert await ask(db, party, CALL, at=day2, known_at=day2)


async def test_a_word_to_come_is_refused(db: Database, party: PartyId) -> None:
    with pytest.raises(FieldRefused):
        await say(db, party, ANY, True, at=START + timedelta(seconds=1))


async def test_the_list_and_the_timeline_tell_each_word_once(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    for yes in (True, False):
        await say(db, party, SMS, yes)
        clock.pass_(days=1)
    async with db.reading() as session:
        said = await consents(session, party)
        events = await timeline_events(session, party, before=None, limit=1)
        rest = await timeline_events(session, party, before=events[0].place, limit=9)
    assert [one.granted for one in said] == [False, True]
    titles = [one.title_code for one in (*events, *rest)]
    assert titles == ["timeline.consent.withdrawn", "timeline.consent.granted"]


WORDS = st.lists(
    st.tuples(st.sampled_from(ConsentChannel), st.booleans(), st.integers(0, 4)), max_size=8
)


@given(WORDS)
def test_what_stands_by_channel_is_the_latest_word_that_reaches_it(
    words: list[tuple[ConsentChannel, bool, int]],
) -> None:
    said = [
        ConsentSaid(
            id=f"{place:02}",
            purpose=MARKETING,
            channel=channel,
            granted=yes,
            at=START + timedelta(days=day),
            source=ConsentSource.BRANCH,
            evidence="",
            recorded_at=START + timedelta(minutes=place),
            by="",
        )
        for place, (channel, yes, day) in enumerate(words)
    ]
    said.sort(key=lambda one: (one.at, one.recorded_at, one.id), reverse=True)
    found = standing(said)
    for channel in ConsentChannel:
        reach = [one for one in said if one.channel in (channel, ANY)]
        assert found.get((MARKETING, channel)) == (reach[0] if reach else None)
