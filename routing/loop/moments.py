"""How everybody stood when a call was offered: the journal once more, up to each of its offers.

The facts go through the engine; what was offered is read from the recorded decisions, so that it
is what happened even where today's engine would decide otherwise. Nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from routing.decision import Decision
from routing.engine import Engine
from routing.engine.pools import levels_for
from routing.engine.presence import hindrance
from routing.engine.records import Agent, Call
from routing.ids import AgentId, CallId, OfferId
from routing.loop.codec import decode_checkpoint, decode_decision, decode_fact
from routing.loop.journal import lines_of
from routing.notices import CallChanged, CallView, OfferView, StepView
from routing.terms import PassedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """An agent whom the call might have reached. `why` is None of the one who was rung."""

    agent: AgentId
    name: str
    why: PassedOver | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMoment:
    """An offer, and how all stood when it was made, those named before the pool's others."""

    offer: OfferView
    agents: tuple[Stood, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """A call as the journal saw it last, with the moments of its offers."""

    call: CallView
    moments: tuple[OfferMoment, ...]


def story(journal: Path, call: CallId) -> CallStory | None:
    """The call's story; None if the journal does not know it. Raises JournalDamaged, Undecodable,
    OSError."""
    engine: Engine | None = None
    newest: CallView | None = None
    moments: dict[OfferId, OfferMoment] = {}
    for value in _values(journal, call):
        if "checkpoint" in value:
            engine = engine or Engine.restore(decode_checkpoint(value["checkpoint"]))
            continue
        engine = engine or Engine()
        engine.apply(decode_fact(value["f"]))
        told = _told(decode_decision(value["d"]), call)
        if told is None:
            continue
        newest = told
        for offer in told.offers:
            if offer.offer not in moments:
                moments[offer.offer] = _moment(engine, told, offer)
    if newest is None:
        return None
    ended = {offer.offer: offer for offer in newest.offers}
    moved = (replace(one, offer=ended.get(name, one.offer)) for name, one in moments.items())
    return CallStory(call=newest, moments=tuple(moved))


def _values(journal: Path, call: CallId) -> Iterator[Any]:
    """From the first segment that names the call to the last one."""
    segments = sorted(journal.glob("*.journal"))
    named = [place for place, one in enumerate(segments) if call.encode() in one.read_bytes()]
    for segment in segments[named[0] : named[-1] + 1] if named else ():
        for _, value in lines_of(segment):
            yield value


def _told(decision: Decision, call: CallId) -> CallView | None:
    views = (one.call for one in decision.notices if isinstance(one, CallChanged))
    return next((view for view in views if view.call == call), None)


def _moment(engine: Engine, call: CallView, offer: OfferView) -> OfferMoment:
    state = engine.dump()
    agents = {one.agent: one for one in state.agents}
    record = next((one for one in state.calls if one.call == call.call), None)
    steps = [one for one in call.plan if one.opens_at <= offer.made_at]
    stood = [
        Stood(
            agent=agent.agent,
            name=agent.name,
            why=None if agent.agent == offer.agent else _why(agent, record, steps, offer.made_at),
        )
        for agent in _asked(call, offer, agents)
    ]
    return OfferMoment(offer=offer, agents=tuple(stood))


def _asked(call: CallView, offer: OfferView, agents: dict[AgentId, Agent]) -> list[Agent]:
    """Whoever a step names or has in its queue, each once, in the order of preference."""
    found: dict[AgentId, Agent] = {}
    for step in call.plan:
        named = [agents[one] for one in step.agents if one in agents]
        pool = [one for one in agents.values() if step.queue in one.queues]
        found |= {one.agent: one for one in (*named, *pool) if one.agent not in found}
    if offer.agent in agents and offer.agent not in found:
        found[offer.agent] = agents[offer.agent]
    return list(found.values())


def _why(agent: Agent, call: Call | None, opened: list[StepView], at: datetime) -> PassedOver:
    """Why it was not he: what kept him from any call, then from this one, then his turn."""
    if call is not None and agent.agent in call.handed_over_by:
        return PassedOver.HANDED_OVER
    if (why := hindrance(agent)) is not None:
        return why
    if call is not None and agent.agent in call.passed:
        return PassedOver.ALREADY_OFFERED
    reach = [step for step in opened if agent.agent in step.agents or step.queue in agent.queues]
    if not reach:
        return PassedOver.NOT_OPEN_YET
    if not any(_meets(agent, step) for step in reach):
        return PassedOver.LACKS_SKILL
    return PassedOver.IDLE_SHORTER


def _meets(agent: Agent, step: StepView) -> bool:
    return step.queue is None or levels_for(agent, (step.queue, step.needs)) is not None
