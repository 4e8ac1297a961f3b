"""What agents, their consoles and their phones do: availability, presence, phone states."""

from datetime import datetime, timedelta

from routing.engine import recovery
from routing.engine.records import Agent
from routing.engine.release import take_up
from routing.engine.timers import Due
from routing.engine.world import World
from routing.engine.wrap_up import time_out
from routing.facts import (
    AgentFact,
    AvailabilityChosen,
    AvailabilityForced,
    ConsoleConnected,
    ConsoleLost,
    PhoneChanged,
    PhoneRestarted,
    ShiftEnded,
    ShiftStarted,
)
from routing.terms import Activity, Availability, NotReadyReason, WrapUpMode

CONSOLE_GRACE = timedelta(seconds=60)
"""How long a lost console keeps its agent's state; after that he counts as not responding."""

_BUSY = frozenset({Activity.RINGING, Activity.ON_CALL, Activity.ON_HOLD, Activity.WRAP_UP})


def shift_started(world: World, fact: ShiftStarted) -> None:
    """Open for calls at once. Said again (a page was loaded anew), it changes no state."""
    agent = world.agents[fact.agent]
    if agent.on_shift:
        if agent.activity not in _BUSY:
            agent.phone = fact.phone
            world.touch_agent(agent)
        return
    agent.on_shift = True
    agent.phone = fact.phone
    _choose(world, agent, fact, Availability.AVAILABLE, None)


def shift_ended(world: World, fact: ShiftEnded) -> None:
    """Go home, after the call if there is one."""
    agent = world.agents[fact.agent]
    if agent.on_shift:
        _choose(world, agent, fact, Availability.OFFLINE, None)


def availability_chosen(world: World, fact: AvailabilityChosen) -> None:
    """Set availability; during a call it is queued as the next state."""
    agent = world.agents[fact.agent]
    if not agent.on_shift:
        world.refuse(fact.agent, None, "not_on_shift")
        return
    _choose(world, agent, fact, fact.availability, fact.reason)


def availability_forced(world: World, fact: AvailabilityForced) -> None:
    """Set it as the agent himself would; he may choose anew, unless he was sent home."""
    agent = world.agents[fact.agent]
    if not world.supervises(fact.by):
        world.refuse(fact.by, None, "not_allowed")
    elif not agent.on_shift:
        world.refuse(fact.by, None, "agent_not_on_shift")
    else:
        _choose(world, agent, fact, fact.availability, fact.reason)


def _choose(
    world: World,
    agent: Agent,
    fact: AgentFact,
    availability: Availability,
    reason: NotReadyReason | None,
) -> None:
    by = fact.by if isinstance(fact, AvailabilityForced) else None
    if agent.chosen_at is not None and fact.at < agent.chosen_at:
        return
    agent.chosen_at = fact.at
    if agent.activity in _BUSY:
        keeps = availability is agent.availability and reason is agent.reason
        agent.next_availability = None if keeps else availability
        agent.next_reason = None if keeps else reason
        agent.next_forced_by = None if keeps else by
        world.touch_agent(agent)
        if availability is Availability.AVAILABLE:
            _leave_optional_wrap_up(world, agent)
        return
    take_up(agent, availability)
    agent.reason, agent.forced_by = reason, by
    agent.next_availability, agent.next_reason, agent.next_forced_by = None, None, None
    agent.activity = Activity.IDLE
    agent.since = world.moment()
    world.touch_agent(agent)


def _leave_optional_wrap_up(world: World, agent: Agent) -> None:
    call = world.calls.get(agent.call) if agent.call else None
    if (
        call is not None
        and agent.activity is Activity.WRAP_UP
        and call.wrap_up_mode is WrapUpMode.OPTIONAL
    ):
        time_out(world, call)


def console_connected(world: World, fact: ConsoleConnected) -> None:
    """A console is live again."""
    agent = world.agents[fact.agent]
    if _older(agent.console_seen_at, fact):
        return
    agent.console_seen_at = fact.at
    agent.console = True
    agent.console_lost_at = None
    world.touch_agent(agent)


def console_lost(world: World, fact: ConsoleLost) -> None:
    """The last console fell silent: no new calls; the state is kept for a minute."""
    agent = world.agents[fact.agent]
    if _older(agent.console_seen_at, fact) or not agent.console:
        return
    agent.console_seen_at = fact.at
    agent.console = False
    agent.console_lost_at = fact.at
    world.set_timer(fact.at + CONSOLE_GRACE, Due.CONSOLE, agent.agent)
    world.touch_agent(agent)


def console_overdue(world: World, agent: Agent) -> None:
    """Nobody came back to the console: an idle agent counts as not responding."""
    lost_at = agent.console_lost_at
    if agent.console or lost_at is None or lost_at + CONSOLE_GRACE > world.moment():
        return
    if agent.activity is Activity.IDLE and agent.availability is Availability.AVAILABLE:
        agent.activity = Activity.NOT_RESPONDING
        agent.since = world.moment()
        world.touch_agent(agent)


def phone_changed(world: World, fact: PhoneChanged) -> None:
    """Asterisk sees the phone in another state."""
    agent = world.agents[fact.agent]
    if _older(agent.phone_seen_at, fact):
        return
    agent.phone_seen_at = fact.at
    if agent.phone_state is fact.state:
        return
    agent.phone_state = fact.state
    world.touch_agent(agent)
    recovery.try_again(world, agent)


def phone_restarted(world: World, fact: PhoneRestarted) -> None:
    """The browser phone is empty: a call that it had must ring it again."""
    agent = world.agents[fact.agent]
    call = world.calls.get(agent.call) if agent.call else None
    if call is not None:
        recovery.leg_is_gone(world, call, agent, left_up=call.leg)
    recovery.try_again(world, agent)


def _older(seen_at: datetime | None, fact: AgentFact) -> bool:
    return seen_at is not None and fact.at < seen_at
