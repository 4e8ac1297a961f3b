"""A call's life as telephony tells it: arrival, ringing, talk, hold, end.

News may come twice or late. Facts say what is true, so the truth wins over what was planned:
whoever shares a bridge with the customer owns the call.
"""

from datetime import timedelta

from routing.calls import OWNED, CallEvent, allows
from routing.commands import HangUpLeg
from routing.engine import (
    callbacks,
    consult,
    entering,
    identifying,
    recovery,
    self_service,
    supervising,
    wrap_up,
)
from routing.engine.connect import call_connected as call_connected
from routing.engine.hold import add_past_hold, conclude_hold, held_to_the_end, start_hold_clock
from routing.engine.offering import ROUND, SHORT_ROUND, close_offer, pass_over
from routing.engine.records import NEW_TALK, Agent, Call, Offer
from routing.engine.release import release
from routing.engine.world import World
from routing.facts import (
    AgentLegEnded,
    AgentRang,
    CallArrived,
    CallEnded,
    CallerIdentified,
    CallFellBack,
    CallHeld,
    CallWaiting,
    OfferEnded,
    SurveyStarted,
)
from routing.ids import AgentId
from routing.terms import (
    Activity,
    CallState,
    EndReason,
    LegEnd,
    Match,
    OfferKind,
    OfferOutcome,
)

OVERTAKING = timedelta(seconds=2)
"""How much later than an offer the news that the caller waits must be to belie it."""

_WITH_AGENT = frozenset({CallState.TALKING, CallState.HELD, CallState.CONSULTING})
_SENT_AWAY = frozenset({CallState.TURNED_AWAY, CallState.CALLBACK_TAKEN})
_MISSED = frozenset({OfferOutcome.NO_ANSWER, OfferOutcome.UNREACHABLE})


def call_arrived(world: World, fact: CallArrived) -> None:
    """Open the call and ask who it may be; meanwhile he may serve himself."""
    if fact.call in world.calls or world.roster is None:
        return
    queue = world.queues[world.entries.get(fact.dialled, world.roster.default_queue)]
    call = Call(
        call=fact.call,
        node=fact.node,
        customer=fact.leg,
        number=fact.number,
        raw_number=fact.raw,
        caller_name=fact.caller_name,
        dialled=fact.dialled,
        queue=queue.queue,
        arrived_at=fact.at,
        queued_at=fact.at,
        wrap_up_mode=queue.wrap_up,
        number_class=fact.number_class,
        language=fact.language,
        ivr_path=fact.ivr_path,
    )
    world.calls[call.call] = call
    flow = world.flows.get(fact.dialled)
    if flow is not None:
        self_service.begin(world, call, flow)
    if fact.number is not None:
        identifying.ask(world, call)
    else:
        call.match = Match.WITHHELD
        if flow is None:
            entering.enter(world, call)
    world.touch_call(call)


def caller_identified(world: World, fact: CallerIdentified) -> None:
    """Take the candidates; a late answer steers who is still unserved."""
    call = world.calls.get(fact.call)
    if call is None:
        return
    identifying.take(call, fact.candidates)
    if _awaits_the_directory(call) or call.is_unserved():
        self_service.go_on(world, call)
    world.touch_call(call)


def _awaits_the_directory(call: Call) -> bool:
    """A caller at his keypad waits for nothing, until he leaves it for a person."""
    leaving = call.state is CallState.SELF_SERVICE and call.for_person
    return leaving or call.state is CallState.NEW


def identify_overdue(world: World, call: Call) -> None:
    """The directory is silent: the caller is served all the same."""
    due = call.identify_by is not None and call.identify_by <= world.moment()
    if due and _awaits_the_directory(call):
        identifying.take(call, call.candidates)
        self_service.go_on(world, call)


def call_waiting(world: World, fact: CallWaiting) -> None:
    """The customer stands in the loop. If he was talking, his agent's leg is gone."""
    call = world.calls.get(fact.call)
    if call is None:
        return
    if call.fell_back and call.state is CallState.QUEUED:
        call.fell_back = False
        world.touch_call(call)
    offer = call.open_offer()
    if offer is not None and offer.kind in NEW_TALK:
        # A fresh offer overtakes this news; one that has stood for a while does not ring at all.
        if fact.at > offer.made_at + OVERTAKING:
            offer.inferred = True
            offer_failed(world, call, offer, OfferOutcome.WITHDRAWN)
        return
    if call.state is CallState.SELF_SERVICE:
        self_service.stands_waiting(world, call, fact.at)
        return
    since = max(filter(None, (call.talking_since, call.held_since)), default=None)
    if call.state in _WITH_AGENT and call.agent and since is not None and fact.at > since:
        recovery.leg_is_gone(world, call, world.agents[call.agent])


def call_fell_back(world: World, fact: CallFellBack) -> None:
    """Asterisk serves the caller by itself; we may still take him out of its queue."""
    call = world.calls.get(fact.call)
    if call is None:
        return
    if call.state in (CallState.NEW, CallState.SELF_SERVICE, CallState.QUEUED, CallState.RINGING):
        call.fell_back = True
        world.touch_call(call)
    if call.state is CallState.SELF_SERVICE and not call.for_person:
        self_service.to_person(world, call)


def call_held(world: World, fact: CallHeld) -> None:
    """The customer hears music. Old news only adds to the time he was held."""
    call = world.calls.get(fact.call)
    if call is None:
        return
    since = call.talking_since
    if since is not None and fact.at < since:
        add_past_hold(call, fact.at, since)
        world.touch_call(call)
        return
    if call.ended_at is not None and call.answered_at is not None and fact.at < call.ended_at:
        held_to_the_end(call, fact.at, call.ended_at)
        world.touch_call(call)
    if call.state not in (CallState.TALKING, CallState.CONSULTING, CallState.RINGING):
        return
    start_hold_clock(call, fact.at)
    if call.state is CallState.TALKING:
        call.move(CallEvent.HOLD)
        if call.agent is not None:
            owner = world.agents[call.agent]
            owner.activity, owner.since = Activity.ON_HOLD, world.moment()
            world.touch_agent(owner)
    world.touch_call(call)


def agent_rang(world: World, fact: AgentRang) -> None:
    """Asterisk's own queue rings an agent: he is not free meanwhile. Our offers are known."""
    agent = world.agents[fact.agent]
    if fact.offer is None and agent.activity is Activity.IDLE and fact.call in world.calls:
        agent.activity, agent.since = Activity.RINGING, world.moment()
        agent.call = fact.call
        world.touch_agent(agent)


def offer_ended(world: World, fact: OfferEnded) -> None:
    """The phone rang out, was refused or could not ring: the next agent is asked."""
    call = world.calls.get(fact.call)
    offer = _offer_of(call, fact)
    if call is None or offer is None:
        return
    if offer.outcome is not OfferOutcome.OPEN:
        _correct(world, call, offer, fact)
        return
    offer_failed(world, call, offer, fact.outcome)


def _offer_of(call: Call | None, fact: OfferEnded) -> Offer | None:
    if call is None:
        return None
    return next((offer for offer in call.offers if offer.offer == fact.offer), None)


def offer_failed(world: World, call: Call, offer: Offer, outcome: OfferOutcome) -> None:
    """Free or mark the agent and let the call go on to the next."""
    if offer.kind is OfferKind.CONSULT:
        consult.ended(world, call, outcome)
        return
    close_offer(world, call, offer, outcome)
    if offer.kind is OfferKind.RECONNECT:
        return
    blameless = outcome is OfferOutcome.WITHDRAWN
    pass_over(world, call, offer.agent, time=SHORT_ROUND if blameless else ROUND)
    _part(world, world.agents[offer.agent], outcome)
    if allows(call.state, CallEvent.OFFER_FAILED):
        call.move(CallEvent.OFFER_FAILED)
    world.touch_call(call)


def _part(world: World, agent: Agent, outcome: OfferOutcome) -> None:
    missed = outcome in _MISSED
    release(world, agent, Activity.NOT_RESPONDING if missed else Activity.IDLE)


def _correct(world: World, call: Call, offer: Offer, fact: OfferEnded) -> None:
    """What we concluded was told first, but the phone had rung out before that."""
    ended = call.ended_at
    if not offer.inferred or (ended is not None and fact.at >= ended):
        return
    offer.outcome, offer.ended_at, offer.inferred = fact.outcome, fact.at, False
    agent = world.agents[offer.agent]
    if fact.outcome in _MISSED and agent.activity is Activity.IDLE and agent.call is None:
        release(world, agent, Activity.NOT_RESPONDING)
    world.touch_call(call)


def agent_leg_ended(world: World, fact: AgentLegEnded) -> None:
    """An agent's leg is gone: what that means depends on whose it was and how it ended."""
    call = world.calls.get(fact.call)
    if call is None:
        return
    agent = world.agents[fact.agent]
    if call.consult is not None and call.consult.agent == fact.agent:
        if call.consult.connected:
            consult.ended(world, call, OfferOutcome.ANSWERED)
    elif call.agent == fact.agent and call.leg == fact.leg and call.state in OWNED:
        _owner_left(world, call, agent, fact.end)
    elif agent.call == fact.call and agent.activity is Activity.RINGING and agent.offer is None:
        release(world, agent)


def _owner_left(world: World, call: Call, agent: Agent, end: LegEnd) -> None:
    if end is LegEnd.NORMAL and call.state is CallState.TALKING:
        # He hung up his phone: the dialplan lets the customer go, which is the next fact.
        return
    recovery.leg_is_gone(world, call, agent)


def call_ended(world: World, fact: CallEnded) -> None:
    """The customer is gone, for good."""
    call = world.calls.get(fact.call)
    if call is None or call.ended_at is not None:
        return
    if call.state is CallState.DIALLING and fact.reason is not EndReason.LOST:
        callbacks.not_reached(world, call, OfferOutcome.NO_ANSWER)
        return
    call.ended_at = fact.at
    call.end_reason = _end_reason(call, fact)
    if call.state is CallState.SELF_SERVICE and not call.for_person:
        call.queued_at = fact.at  # he never waited
    alone = call.leg if call.state in (CallState.HELD, CallState.CONSULTING) else None
    conclude_hold(call, fact.at)
    consult.dismiss_colleague(world, call, OfferOutcome.CALLER_LEFT)
    supervising.dismiss(world, call)
    _end_offer(world, call)
    owner = call.agent if call.state in OWNED else None
    _free_those_who_ring(world, call)
    if call.state in _SENT_AWAY:
        call.closed_at = call.closed_at or fact.at
    elif fact.reason is EndReason.LOST:
        call.move(CallEvent.LOSE)
        call.closed_at = fact.at
        if owner is not None:
            release(world, world.agents[owner])
    elif owner is not None:
        if alone is not None:
            world.on_call(HangUpLeg, call, leg=alone)
        call.move(CallEvent.END_ANSWERED)
        wrap_up.begin(world, call)
    else:
        self_service.hung_up(world, call)
        call.closed_at = fact.at
    call.leg = None
    world.forget_later(call)
    world.touch_call(call)


def survey_started(world: World, fact: SurveyStarted) -> None:
    """The agent has hung up; what the caller is asked after it is no part of the call."""
    call = world.calls[fact.call]
    if allows(call.state, CallEvent.END_ANSWERED) or call.state is CallState.RINGING:
        over = CallEnded(id=fact.id, at=fact.at, call=fact.call, reason=EndReason.AGENT)
        call_ended(world, over)


def _end_reason(call: Call, fact: CallEnded) -> EndReason:
    """What ended without anybody's phone hanging up was ended by us, on somebody's wish."""
    if fact.reason is EndReason.SYSTEM and call.ending is not None:
        return call.ending
    return fact.reason


def _end_offer(world: World, call: Call) -> None:
    offer = call.open_offer()
    if offer is None:
        return
    offer.inferred = True
    close_offer(world, call, offer, OfferOutcome.CALLER_LEFT)
    if offer.kind in NEW_TALK:
        release(world, world.agents[offer.agent])


def _free_those_who_ring(world: World, call: Call) -> None:
    """Asterisk's own queue may have been ringing somebody."""
    if not call.fell_back:
        return
    ringing: list[AgentId] = [
        agent.agent
        for agent in world.agents.values()
        if agent.call == call.call and agent.activity is Activity.RINGING and agent.offer is None
    ]
    for agent_id in ringing:
        release(world, world.agents[agent_id])
