"""What SQL has of a day: contacts that ended in it or go on, and states that were over."""

from datetime import timedelta

from crm_core.database import Database
from crm_core.models import AgentState
from crm_core.reports.today import day_in_sql
from routing.ids import AgentId
from routing.terms import Activity, Availability, CallState, Dismissal
from tests.crm_core.calls import add_card, over, talking, view
from tests.crm_core.conftest import START

ANNA = AgentId("anna")
LONG_AGO = START - timedelta(days=3)


async def test_contacts_of_the_day_and_those_that_go_on(db: Database) -> None:
    await add_card(
        db,
        over("ended", ANNA, CallState.CLOSED),
        talking("goes on", ANNA),
        view(
            "sent away",
            state=CallState.TURNED_AWAY,
            ended_at=START + timedelta(seconds=9),
            dismissal=Dismissal.FULL,
        ),
        over("of before", ANNA, CallState.CLOSED, ended_at=START - timedelta(seconds=1)),
        talking("forgotten", ANNA, arrived_at=LONG_AGO, queued_at=LONG_AGO),
    )
    async with db.reading() as session:
        told = await day_in_sql(session, START)
    found = {str(one.call): one for one in told.contacts}
    assert set(found) == {"ended", "goes on", "sent away"}
    assert found["sent away"].dismissal is Dismissal.FULL
    assert found["ended"].ended_at == START + timedelta(seconds=68)
    assert found["goes on"].ended_at is None


async def test_states_that_were_over_in_the_day(db: Database) -> None:
    times = (START - timedelta(hours=2), START - timedelta(hours=1), START + timedelta(hours=1))
    states = [
        AgentState(
            agent=ANNA,
            since=since,
            until=until,
            version=1,
            availability=Availability.AVAILABLE,
            activity=Activity.IDLE,
        )
        for since, until in zip(times, [*times[1:], None], strict=True)
    ]
    async with db.unit_of_work() as session:
        session.add_all(states)
    async with db.reading() as session:
        told = await day_in_sql(session, START)
    assert [(one.since, one.until) for one in told.spells] == [(times[1], times[2])]
