"""The panel: what is seen, and that the looking is written down."""

import pytest
from sqlalchemy import select, update

from crm_core.database import Database
from crm_core.errors import PartyUnknown
from crm_core.managers.assigning import assign_managers
from crm_core.models import AuditEvent, CallCard, PhoneRole
from crm_core.parties.contact_phones import PhoneUse, change_use, uses
from crm_core.parties.head import head
from crm_core.parties.panel import panel
from routing.ids import AgentId, PartyId
from routing.terms import CallState
from tests.crm_core.calls import add_card, over, suggested, view
from tests.crm_core.conftest import hired, person

NUMBER = "+79455550101"


async def test_the_panel_tells_who_it_is_and_who_looks_after_him(db: Database) -> None:
    party = await person(db, "Анна", NUMBER, "+79455550102")
    boris = await hired(db, "boris")
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [boris.id], by="test")
    await add_card(db, view("c1", **suggested(party)), view("c2"))
    async with db.unit_of_work() as session:
        seen = await panel(session, party, viewer=boris.id, reason="call:c1")
    assert (seen.name, seen.status, seen.tier) == ("Анна", "active", "C")
    assert [one.e164 for one in seen.phones] == [NUMBER, "+79455550102"]
    assert (seen.phones[0].display, seen.phones[0].masked) == (
        "+7 945 555-01-01",
        "+7 •••••• 0101",
    )
    assert [(one.agent, one.name, one.rank) for one in seen.managers] == [(boris.id, "Boris", 1)]
    assert [one.call for one in seen.contacts] == ["c1"]


async def test_every_look_at_a_party_is_audited_with_its_reason(db: Database) -> None:
    party = await person(db, "Anna", NUMBER)
    for reason in ("call:c1", "search"):
        async with db.unit_of_work() as session:
            await panel(session, party, viewer=AgentId("boris"), reason=reason)
    async with db.reading() as session:
        viewed = select(AuditEvent).where(AuditEvent.action == "party_viewed")
        events = list(await session.scalars(viewed.order_by(AuditEvent.seq)))
    assert [(one.actor, one.subject, one.reason) for one in events] == [
        ("boris", party, "call:c1"),
        ("boris", party, "search"),
    ]


async def test_a_look_that_cannot_be_audited_shows_nothing(db: Database) -> None:
    party = await person(db, "Anna", NUMBER)
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        async with db.reading() as session:
            await panel(session, party, viewer=AgentId("boris"), reason="search")


async def test_nobody_has_no_panel_and_leaves_no_audit(db: Database) -> None:
    with pytest.raises(PartyUnknown):
        async with db.unit_of_work() as session:
            await panel(session, PartyId("nobody"), viewer=AgentId("boris"), reason="search")
    async with db.reading() as session:
        assert await session.scalar(select(AuditEvent.seq)) is None


async def test_a_timeline_has_the_calls_of_the_party_and_not_those_chosen_for_another(
    db: Database,
) -> None:
    anna, boris = await person(db, "Anna", NUMBER), await person(db, "Boris", NUMBER)
    agent = await hired(db, "clerk")
    await add_card(
        db,
        over("c1", agent.id, CallState.WRAP_UP, **suggested(anna)),
        over("c2", agent.id, CallState.WRAP_UP, **suggested(anna)),
    )
    async with db.unit_of_work() as session:
        await session.execute(update(CallCard).where(CallCard.call == "c2").values(party=boris))
    for party, calls in ((anna, ["c1"]), (boris, ["c2"])):
        async with db.unit_of_work() as session:
            seen = await panel(session, party, viewer=agent.id, reason="search")
        assert [one.call for one in seen.contacts] == calls


@pytest.mark.parametrize(
    ("number", "flags"),
    [(NUMBER, ["do_not_discuss"]), ("+79455550102", []), ("+79455550199", []), (None, [])],
)
async def test_where_nothing_is_to_be_discussed_is_told_of_that_number_alone(
    db: Database, number: str | None, flags: list[str]
) -> None:
    party = await person(db, "Anna", NUMBER, "+79455550102")
    async with db.unit_of_work() as session:
        (works, _mobile) = await uses(session, party)
        silent = PhoneUse(role=PhoneRole.WORK, may_discuss=False)
        await change_use(session, party, works.id, silent, by="test")
    async with db.unit_of_work() as session:
        seen = await panel(session, party, viewer=AgentId("boris"), reason="call:c1", number=number)
        atop = await head(session, party, number=number)
    assert [one.flag.value for one in seen.flags] == flags
    assert seen.flags == atop.flags
    assert (seen.next_action is not None and seen.next_action.step == "do_not_discuss") == bool(
        flags
    )
