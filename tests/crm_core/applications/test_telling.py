"""The decision is told to the applicant, in a call in which he was verified, or not at all."""

import pytest

from crm_core.applications.application import TellingRefused
from crm_core.applications.deciding import tell
from crm_core.applications.rights import Act, NotPermitted, WhyNot
from crm_core.applications.states import ApplicationState, VoteChoice
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.verifying import verify
from crm_core.database import Database
from routing.ids import CallId, PartyId
from tests.crm_core.applications.desk import Desk, desk
from tests.crm_core.calls import add_card, suggested, talking
from tests.crm_core.conftest import person

CALL = CallId("c1")


async def decided(at: Desk, choice: VoteChoice = VoteChoice.APPROVE) -> str:
    application = await at.apply()
    await at.to_last_stage(application)
    await at.vote(application, "olga", choice)
    return application


async def on_the_line(at: Desk, agent: str, party: PartyId, level: VerificationLevel) -> None:
    """The agent talks to the party, and says how sure he is that it is it."""
    await add_card(at.db, talking(CALL, at.staff[agent].id, **suggested(party)))
    if level:
        async with at.db.unit_of_work() as session:
            await verify(session, CALL, at.staff[agent].id, party=party, level=level)


async def say(at: Desk, application: str, by: str = "agent") -> None:
    async with at.db.unit_of_work() as session:
        await tell(session, application, CALL, by=at.staff[by])


async def test_told_in_a_verified_call_the_client_can_accept(db: Database) -> None:
    at = await desk(db)
    application = await decided(at)
    with pytest.raises(NotPermitted) as early:
        await at.do(application, Act.ACCEPT, "mila")
    assert early.value.why is WhyNot.NOT_TOLD
    await on_the_line(at, "agent", at.party, VerificationLevel.KNOWLEDGE)
    await say(at, application)
    seen = await at.see(application)
    assert (seen.informed_in_call, seen.line.client_informed_at) == (CALL, db.clock.now())
    for wanted, by in ((Act.ACCEPT, "mila"), (Act.SIGN, "mila"), (Act.DISBURSE, "olga")):
        await at.do(application, wanted, by)
    assert (await at.see(application)).line.state is ApplicationState.DISBURSED
    with pytest.raises(NotPermitted):
        await say(at, application)


async def test_a_number_that_matches_is_not_enough(db: Database) -> None:
    at = await desk(db)
    application = await decided(at)
    await on_the_line(at, "agent", at.party, VerificationLevel.NONE)
    with pytest.raises(TellingRefused):
        await say(at, application)


async def test_not_somebody_else_and_not_in_a_colleagues_call(db: Database) -> None:
    at = await desk(db)
    application = await decided(at, VoteChoice.DECLINE)
    husband = await person(db, "Ivanov")
    with pytest.raises(TellingRefused):
        await say(at, application)
    await on_the_line(at, "agent", husband, VerificationLevel.STRONG)
    with pytest.raises(TellingRefused):
        await say(at, application)
    with pytest.raises(TellingRefused):
        await say(at, application, by="nina")
    assert (await at.see(application)).line.client_informed_at is None


async def test_nothing_is_told_before_it_is_decided(db: Database) -> None:
    at = await desk(db)
    application = await at.apply()
    await on_the_line(at, "agent", at.party, VerificationLevel.STRONG)
    with pytest.raises(NotPermitted):
        await say(at, application)
