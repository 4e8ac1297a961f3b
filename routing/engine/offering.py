"""Offers: reservations of one agent for one call, with a lease; made, rung and closed here."""

from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from routing.commands import OfferCall
from routing.engine.records import Agent, Call, Offer
from routing.engine.timers import Due
from routing.engine.world import World
from routing.ids import AgentId, FlowId, OfferId
from routing.notices import Considered, PoolCount
from routing.terms import Activity, Basis, OfferKind, OfferOutcome

LEASE_GRACE = timedelta(seconds=6)
"""How long after its ringing an offer may stay without news before it is taken back."""

ROUND = timedelta(seconds=10)
"""How long a call waits until those who missed or refused it are asked again."""

SHORT_ROUND = timedelta(seconds=1)
"""The same, where an offer failed by no fault of its agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what ground an agent was chosen, and who was considered before him."""

    basis: Basis
    rank: int | None = None
    passed: tuple[Considered, ...] = ()
    pool: PoolCount | None = None


def reserve(
    world: World, call: Call, agent: Agent, kind: OfferKind, ground: Ground, *, seconds: int
) -> Offer:
    """Make an offer and keep the agent for it; nothing rings yet. It is void after `seconds`."""
    moment = world.moment()
    offer = Offer(
        offer=OfferId(f"{call.call}.{len(call.offers) + 1}"),
        agent=agent.agent,
        kind=kind,
        basis=ground.basis,
        rank=ground.rank,
        made_at=moment,
        expires_at=moment + timedelta(seconds=seconds) + LEASE_GRACE,
        passed_over=ground.passed,
        pool=ground.pool,
        waited=(moment - call.queued_at).total_seconds(),
    )
    call.offers.append(offer)
    world.set_timer(offer.expires_at, Due.OFFER, call.call)
    agent.call, agent.offer = call.call, offer.offer
    if kind is not OfferKind.RECONNECT:
        agent.activity, agent.since = Activity.RINGING, moment
    world.touch_agent(agent)
    return offer


def ring(
    world: World,
    call: Call,
    agent: Agent,
    kind: OfferKind,
    ground: Ground,
    *,
    seconds: int | None = None,
) -> Offer:
    """Reserve the agent and ring him, as long as the queue says or `seconds`."""
    seconds = world.queue_of(call).ring_seconds if seconds is None else seconds
    offer = reserve(world, call, agent, kind, ground, seconds=seconds)
    start_ringing(world, call, offer, seconds=seconds)
    return offer


def start_ringing(world: World, call: Call, offer: Offer, *, seconds: int) -> None:
    """Ring the agent of an offer that stands."""
    command = world.on_call(
        OfferCall,
        call,
        offer=offer.offer,
        agent=offer.agent,
        seconds=seconds,
        kind=offer.kind,
        survey=survey_of(world, call),
    )
    offer.command = command.id


def survey_of(world: World, call: Call) -> FlowId | None:
    """Which flow asks the caller how it was: so many of a hundred, the same ones in a replay."""
    profile = world.queue_of(call)
    drawn = crc32(call.call.encode()) % 100
    return profile.survey if drawn < profile.survey_percent else None


def renew(world: World, call: Call, offer: Offer, *, seconds: int) -> None:
    """Let the offer stand for another `seconds`."""
    offer.expires_at = world.moment() + timedelta(seconds=seconds) + LEASE_GRACE
    world.set_timer(offer.expires_at, Due.OFFER, call.call)


def close_offer(world: World, call: Call, offer: Offer, outcome: OfferOutcome) -> None:
    """Write what became of an offer. What it means for agent and call is the caller's matter."""
    offer.outcome = outcome
    offer.ended_at = world.moment()
    agent = world.agents[offer.agent]
    if agent.offer == offer.offer:
        agent.offer = None
    world.touch_call(call)
    world.touch_agent(agent)


def pass_over(world: World, call: Call, agent: AgentId, *, time: timedelta = ROUND) -> None:
    """Do not offer the call to this agent again in this round, which ends after `time`."""
    call.passed.add(agent)
    end = world.moment() + time
    if call.round_ends_at is None or end < call.round_ends_at:
        call.round_ends_at = end
        world.set_timer(end, Due.ROUND, call.call)
