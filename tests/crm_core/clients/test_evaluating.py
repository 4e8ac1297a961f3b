"""Status and tier put to what the rules say, from the bank's own tables, with their history."""

from datetime import timedelta

from sqlalchemy import func, select

from crm_core.bank.agreements import add_role, move_agreement
from crm_core.bank.terms import AgreementRole, AgreementStatus
from crm_core.clients.evaluating import evaluate_all, history, standing_at
from crm_core.complaints.states import Channel
from crm_core.database import Database
from crm_core.interests.registering import InterestFacts, register
from crm_core.models import ClientStanding, Party, PartyStatus, StandingAspect, Tier
from routing.ids import PartyId
from tests.crm_core.bank.offers import TODAY, credited, opened
from tests.crm_core.clients.test_standing import RULES
from tests.crm_core.conftest import START, FakeClock, hired, person


async def evaluated(db: Database) -> dict[str, int]:
    async def progress(done: int) -> None:
        pass

    return dict(await evaluate_all(db, TODAY, progress, rules=RULES))


async def stands(db: Database, party: PartyId) -> tuple[PartyStatus, str]:
    async with db.reading() as session:
        row = await session.get_one(Party, party)
        return row.status, row.tier


async def test_each_party_stands_where_its_agreements_put_it(db: Database) -> None:
    names = ("active", "dormant", "gone", "guarantor", "lead", "nobody")
    parties = {name: await person(db, name) for name in names}
    clerk = await hired(db, "clerk")
    async with db.unit_of_work() as session:
        account = await opened(session, parties["active"])
        await credited(session, account, 500, on=TODAY - timedelta(days=3))
        idle = await opened(session, parties["dormant"])
        guarantor, role = parties["guarantor"], AgreementRole.GUARANTOR
        await add_role(session, idle, guarantor, role=role, starts_on=TODAY)
        closed = await opened(session, parties["gone"])
        await move_agreement(session, closed, AgreementStatus.CLOSED, on=TODAY)
        wish = InterestFacts(party=parties["lead"], product="account", channel=Channel.CALL)
        await register(session, wish, by=clerk.id)
    counts = await evaluated(db)
    assert {name: await stands(db, party) for name, party in parties.items()} == {
        "active": (PartyStatus.ACTIVE, Tier.D),
        "dormant": (PartyStatus.INACTIVE, Tier.DORMANT),
        "gone": (PartyStatus.POTENTIAL, Tier.POTENTIAL),
        "guarantor": (PartyStatus.POTENTIAL, Tier.POTENTIAL),
        "lead": (PartyStatus.POTENTIAL, Tier.POTENTIAL),
        "nobody": (PartyStatus.SUSPECT, Tier.SUSPECT),
    }
    assert counts == {"parties": 6, "status_changed": 5, "tier_changed": 6}


async def test_run_again_it_changes_nothing(db: Database) -> None:
    await person(db, "Anna")
    await evaluated(db)
    async with db.reading() as session:
        before = await session.scalar(select(func.count()).select_from(ClientStanding))
    assert await evaluated(db) == {"parties": 1, "status_changed": 0, "tier_changed": 0}
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ClientStanding)) == before


async def test_what_stood_before_is_kept_with_the_rule_that_ended_it(
    db: Database, clock: FakeClock
) -> None:
    party = await person(db, "Anna")
    clock.pass_(days=1)
    await evaluated(db)
    changed_at = clock.now()
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await opened(session, party)
    await evaluated(db)
    async with db.reading() as session:
        status = [
            one for one in await history(session, party) if one.aspect is StandingAspect.STATUS
        ]
        then = await standing_at(session, party, changed_at, known_at=changed_at)
        unknown = await standing_at(session, party, changed_at, known_at=START)
    assert [(one.value, one.why["rule"]) for one in status] == [
        ("inactive", "no_operation_for_long"),
        ("suspect", "never_a_client"),
        ("active", "told"),
    ]
    assert [one.since for one in status] == [clock.now(), changed_at, START]
    assert then[StandingAspect.STATUS].value == "suspect"
    assert unknown[StandingAspect.STATUS].value == "active", "what was believed then"
