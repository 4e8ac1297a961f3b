"""On what ground amounts may be seen: a call, a reason that was written, or none."""

import pytest
from sqlalchemy import select

from crm_core.bank.reveal import AmountsMasked, Ground, Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.verifying import verify
from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import AuditEvent, OpenedAmounts
from crm_core.parties.looking import LONGEST_REASON, close_amounts, look_of, open_amounts
from crm_core.parties.looks import looks_at
from routing.ids import AgentId, CallId, PartyId
from tests.crm_core.calls import add_card, suggested, talking
from tests.crm_core.conftest import FakeClock, hired, person

WHY = "client writes about a wrong fee"


async def looks(db: Database, party: PartyId, viewer: AgentId) -> Look:
    async with db.reading() as session:
        return await look_of(session, party, viewer)


async def opened(db: Database, party: PartyId, viewer: AgentId, reason: str = WHY) -> None:
    async with db.unit_of_work() as session:
        await open_amounts(session, party, viewer, reason=reason)


async def test_without_a_ground_nothing_opens(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    look = await looks(db, anna, boris.id)
    assert (look.opens_amounts, look.reason) == (False, "page")
    with pytest.raises(AmountsMasked):
        async with db.unit_of_work() as session:
            await reveal(session, anna, look)


async def test_a_written_reason_opens_for_a_while_to_him_and_for_that_party(
    db: Database, clock: FakeClock
) -> None:
    anna, clara = await person(db, "Anna"), await person(db, "Clara")
    boris, other = await hired(db, "boris"), await hired(db, "other")
    await opened(db, anna, boris.id, f"  {WHY} ")
    look = await looks(db, anna, boris.id)
    assert (look.ground, look.written, look.opens_amounts) == (Ground.DESK, WHY, True)
    assert not (await looks(db, clara, boris.id)).opens_amounts
    assert not (await looks(db, anna, other.id)).opens_amounts
    clock.pass_(minutes=15)
    assert not (await looks(db, anna, boris.id)).opens_amounts


async def test_he_may_close_them_himself(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    await opened(db, anna, boris.id)
    async with db.unit_of_work() as session:
        await close_amounts(session, anna, boris.id)
    assert not (await looks(db, anna, boris.id)).opens_amounts


async def test_opening_and_each_reveal_lead_from_the_audit_to_the_reason(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    await opened(db, anna, boris.id)
    look = await looks(db, anna, boris.id)
    async with db.unit_of_work() as session:
        await reveal(session, anna, look)
    async with db.reading() as session:
        told = select(AuditEvent).where(AuditEvent.action.like("amounts%"))
        events = list(await session.scalars(told.order_by(AuditEvent.seq)))
        ours = await session.scalar(select(OpenedAmounts.id))
        seen = await looks_at(session, anna)
    assert [(one.action, one.actor, one.reason, one.detail) for one in events] == [
        ("amounts_opened", boris.id, f"opened:{ours}", {}),
        ("amounts_revealed", boris.id, f"opened:{ours}", {"ground": "desk"}),
    ]
    assert [one.reason for one in seen.items] == [WHY, WHY]


async def test_a_call_is_a_better_ground_than_a_reason(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    await add_card(db, talking("c1", boris.id, **suggested(anna)))
    await opened(db, anna, boris.id)
    level = VerificationLevel.KNOWLEDGE
    async with db.unit_of_work() as session:
        await verify(session, CallId("c1"), boris.id, party=anna, level=level)
    assert await looks(db, anna, boris.id) == Look(viewer=boris.id, reason="call:c1", level=level)


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "missing"), (" \n ", "missing"), ("fee", "too_short"), ("x" * 201, "too_long")],
)
async def test_a_reason_that_is_none_is_refused(db: Database, reason: str, code: str) -> None:
    assert LONGEST_REASON == 200
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    with pytest.raises(FieldRefused) as refused:
        await opened(db, anna, boris.id, reason)
    assert (refused.value.field, refused.value.problem) == ("reason", code)
    with pytest.raises(PartyUnknown):
        await opened(db, PartyId("nobody"), boris.id)
