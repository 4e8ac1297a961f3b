"""What other parts of the bank signal of a client, and that the panel heeds it."""

from crm_core.collections.blacklist import Proposal, approve, propose
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.complaints.complaint import ComplaintFacts
from crm_core.complaints.handling import register
from crm_core.database import Database
from crm_core.models import Person
from crm_core.parties.next_action import Step
from crm_core.parties.panel import PartyPanel, panel
from crm_core.parties.red_flags import Flag
from crm_core.parties.why import Cause
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import SEAL, TODAY
from tests.crm_core.conftest import hired, person
from tests.crm_core.tasks.conftest import rules

__all__ = ["rules"]


async def seen(db: Database, party: PartyId) -> PartyPanel:
    async with db.unit_of_work() as session:
        return await panel(session, party, viewer=AgentId("boris"), reason="search")


async def test_an_open_complaint_warns_and_is_why_he_calls(db: Database, rules: WorkRules) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    assert (await seen(db, anna)).flags == ()
    async with db.unit_of_work() as session:
        facts = ComplaintFacts(party=anna, topic="fees", essence="Charged twice")
        await register(session, rules, facts, by=boris.id)
    found = await seen(db, anna)
    assert [one.flag for one in found.flags] == [Flag.COMPLAINT]
    assert Cause.COMPLAINT in [one.cause for one in found.why]
    assert found.next_action is not None
    assert found.next_action.step is Step.TELL_OF_COMPLAINT


async def test_fraud_that_forbids_everything_and_a_death_are_told_by_name(db: Database) -> None:
    anna = await person(db, "Anna")
    boris, clara = await hired(db, "boris"), await hired(db, "clara")
    proposal = Proposal(
        party=anna, reason=BlacklistReason.FRAUD, scope=BlacklistScope.ALL, starts_on=TODAY
    )
    async with db.unit_of_work() as session:
        entry = await propose(session, proposal, by=boris.id, region="RU", seal=SEAL)
        await approve(session, entry, by=clara.id)
        (await session.get_one(Person, anna)).died_on = TODAY
    found = await seen(db, anna)
    assert [one.flag for one in found.flags] == [Flag.FRAUD_ALERT, Flag.DECEASED]
    assert found.next_action is not None
    assert found.next_action.step is Step.CALL_SECURITY


async def test_the_blacklist_warns_once_a_second_person_agreed(db: Database) -> None:
    anna = await person(db, "Anna")
    boris, clara = await hired(db, "boris"), await hired(db, "clara")
    async with db.unit_of_work() as session:
        proposal = Proposal(
            party=anna,
            reason=BlacklistReason.FRAUD,
            scope=BlacklistScope.LENDING,
            starts_on=TODAY,
        )
        entry = await propose(session, proposal, by=boris.id, region="RU", seal=SEAL)
    assert (await seen(db, anna)).flags == ()
    async with db.unit_of_work() as session:
        await approve(session, entry, by=clara.id)
    (flag,) = (await seen(db, anna)).flags
    assert (flag.flag, flag.detail) == (Flag.BLACKLISTED, {"scope": "blacklist.scope.lending"})
