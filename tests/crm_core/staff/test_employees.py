"""Who works here and what he may do."""

import re

from crm_core.database import Database
from crm_core.models import Role
from crm_core.staff.employees import deactivate, endpoints, hire, roster
from routing.ids import QueueId
from routing.roster import QueueProfile
from tests.crm_core.conftest import hired

SERVICE, LOANS = QueueId("service"), QueueId("loans")
QUEUES = (QueueProfile(queue=SERVICE, name="Service"), QueueProfile(queue=LOANS, name="Loans"))


async def test_the_roster_has_those_who_take_calls_and_their_pools(db: Database) -> None:
    supervisor = await hired(db, "sue", Role.SUPERVISOR)
    await hired(db, "oleg", Role.CREDIT_OFFICER)
    manager = await hired(db, "anna")
    gone = await hired(db, "gone")
    async with db.unit_of_work() as session:
        agent = await hire(
            session,
            "carl",
            name="Carl",
            role=Role.AGENT,
            language="en",
            password_hash="none",
            queues=[LOANS, SERVICE, QueueId("not configured any more")],
            by="test",
        )
        await deactivate(session, gone.id, by="test", reason="left")
    async with db.reading() as session:
        found = await roster(session, QUEUES, entries=[("200", LOANS)])
        phones = await endpoints(session)
    assert [(one.agent, one.queues, one.supervises) for one in found.agents] == [
        (manager.id, (), False),
        (agent.id, (LOANS, SERVICE), False),
        (supervisor.id, (), True),
    ]
    assert (found.queues, found.default_queue) == (QUEUES, SERVICE)
    assert found.entries == (("200", LOANS),)
    assert [one.agent for one in phones] == [manager.id, agent.id]


async def test_endpoints_are_random_and_never_numeric(db: Database) -> None:
    people = [await hired(db, f"m{n}") for n in range(5)]
    names = [name for one in people for name in (one.browser_endpoint, one.desk_endpoint)]
    assert len(set(names)) == 10
    for one in people:
        assert re.fullmatch("a[0-9a-f]{12}", one.browser_endpoint)
        assert re.fullmatch("d[0-9a-f]{12}", one.desk_endpoint)
