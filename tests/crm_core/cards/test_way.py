"""A call's way is the same from routing's own words and from its card."""

import dataclasses
from datetime import timedelta

from crm_core.cards import card
from crm_core.cards.way import way_of, way_on
from crm_core.database import Database
from routing.ids import AgentId, CallId, QueueId, SkillId
from routing.notices import PoolCount, StepView
from routing.terms import Basis, CallState, Direction, Dismissal, PassedOver
from tests.crm_core.calls import add_card, offer, view
from tests.crm_core.conftest import START

SERVICE = QueueId("service")
PLAN = (
    StepView(basis=Basis.PRIORITY_MANAGER, opens_at=START, agents=(AgentId("m1"), AgentId("m2"))),
    StepView(
        basis=Basis.SKILLED,
        opens_at=START + timedelta(seconds=15),
        queue=SERVICE,
        needs=((SkillId("loans"), 3),),
    ),
    StepView(basis=Basis.QUEUE_POOL, opens_at=START + timedelta(seconds=40), queue=SERVICE),
)
POOL = PoolCount(queue=SERVICE, able=9, free=2, busy=((PassedOver.ON_CALL, 7),))


async def test_a_card_keeps_the_whole_way(db: Database) -> None:
    made = dataclasses.replace(offer(AgentId("boris")), pool=POOL, waited=41.5, ended_at=START)
    call = view(
        state=CallState.TURNED_AWAY,
        offers=(made,),
        direction=Direction.CALLBACK,
        callback_of=CallId("pbx1-0.9"),
        attempts=2,
        rules=("vip", "evening"),
        rules_version="7",
        plan=PLAN,
        waits_for=(AgentId("m1"), START + timedelta(seconds=9)),
        credit=90,
        rate=150,
        callback_offered=True,
        dismissal=Dismissal.WAITED_TOO_LONG,
    )
    await add_card(db, call)
    async with db.reading() as session:
        kept = await card(session, call.call)
    assert kept is not None
    assert way_on(kept) == way_of(call)


async def test_a_card_from_before_has_a_shorter_way(db: Database) -> None:
    await add_card(db, view(offers=(offer(AgentId("boris")),)))
    async with db.reading() as session:
        kept = await card(session, view().call)
    assert kept is not None
    old = {name: value for name, value in kept.offers[0].items() if name not in ("pool", "waited")}
    way = way_on(dataclasses.replace(kept, routing={}, offers=[old]))
    assert way.plan == ()
    assert (way.offers[0].pool, way.offers[0].waited) == (None, 0)
