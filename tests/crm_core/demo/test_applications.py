"""The demo bank's applications stand where they are said to stand, however often it is seeded."""

from crm_core.applications.client import glance
from crm_core.applications.reading import ApplicationFilters, applications
from crm_core.applications.states import ApplicationState
from crm_core.database import Database
from crm_core.demo.applications import ASKED
from crm_core.demo.people import USERNAMES, seed
from tests.crm_core.conftest import CHEAP, FakeClock

PASSWORDS = dict.fromkeys(USERNAMES, "a long enough password")
S = ApplicationState


async def test_each_situation_is_there_once(db: Database, clock: FakeClock) -> None:
    for _ in range(2):
        await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP)
    async with db.reading() as session:
        page = await applications(session, ApplicationFilters(), cursor=None, limit=100)
        late = await applications(session, ApplicationFilters(late=True), cursor=None, limit=100)
        told = {one.client_informed_at is not None: one for one in page.items if one.decision}
        untold = await glance(session, told[False].party)
    assert len(page.items) == len(ASKED)
    assert {one.state for one in page.items} == {
        S.DRAFT,
        S.SUBMITTED,
        S.REVIEW,
        S.WAITING_CLIENT,
        S.APPROVED,
        S.COUNTER_OFFER,
    }
    assert [one.product for one in late.items] == ["cash"]
    assert told[True].state is S.COUNTER_OFFER
    assert untold is not None and untold.items[0].untold
