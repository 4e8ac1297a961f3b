"""How a call comes into a queue: the rules are asked, the queue may refuse it, its plan is made.

A queue that is closed, full, or waited in too long turns a caller as its profile says: away, to
another queue, or into a callback. Whoever is let in keeps the waiting time that he has served.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from routing.calls import CallEvent, allows
from routing.engine import announcing
from routing.engine.lines import microseconds
from routing.engine.plan import MANAGERS, Wishes, make_plan
from routing.engine.pools import PoolKey
from routing.engine.predicting import until_free
from routing.engine.presence import hindrance
from routing.engine.records import Call
from routing.engine.timers import Due
from routing.engine.world import World
from routing.ids import AgentId, QueueId, ScheduleId
from routing.notices import StepView
from routing.roster import Priority, QueueProfile
from routing.rules.ruling import SILENT, Caller, Ruling
from routing.rules.terms import Overflow
from routing.terms import CallState, Dismissal, ManagerUse, Match, Phrase, Turning

HOPS = 4
"""Through how many queues that do not take him a caller is led before he is sent away."""

WORTH_A_WAIT = 2.0
"""A manager is waited for this many times as long as predicted, within the queue's limit."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What rules see of the queues. Implements `routing.rules.ruling.Queues`."""

    world: World

    def waiting(self, queue: QueueId) -> int:
        turnout = self.world.lineup.turnout.get(queue)
        return len(turnout) if turnout else 0

    def longest_wait(self, queue: QueueId) -> float:
        turnout = self.world.lineup.turnout.get(queue)
        since = turnout.oldest() if turnout else None
        return 0.0 if since is None else (microseconds(self.world.moment()) - since) / 1e6

    def free_agents(self, queue: QueueId) -> int:
        if queue not in self.world.queues:
            return 0
        whole: PoolKey = (queue, ())
        return len(self.world.lineup.pool(whole).free)

    def during(self, schedule: ScheduleId, at: datetime) -> bool:
        known = self.world.schedules.get(schedule)
        return known is not None and known.holds(at)


def enter(world: World, call: Call) -> None:
    """Ask the rules and let the call into its queue, or turn it.

    It is NEW, or leaves self-service, or is QUEUED unserved. A queue that the caller chose at his
    keypad goes before the rules'.
    """
    ruling = _ask_rules(world, call)
    queue = call.wished if call.wished in world.queues else ruling.queue
    if queue is not None and queue in world.queues:
        _assign(world, call, queue)
    turned = _admit(world, call, ruling)
    if turned is not Turning.HANG_UP and allows(call.state, CallEvent.QUEUE):
        call.move(CallEvent.QUEUE)
    if turned is None:
        line_up(world, call, ruling)
    world.touch_call(call)


def plan_anew(world: World, call: Call) -> None:
    """Ask the rules and make a plan for a caller whom a queue has taken before."""
    ruling = _ask_rules(world, call)
    if ruling.queue is not None and ruling.queue in world.queues:
        _assign(world, call, ruling.queue)
    line_up(world, call, ruling)


def hand_over(world: World, call: Call, queue: QueueId) -> None:
    """Let a call that was given away wait in a queue by that queue's own terms.

    Given to a queue, it is the queue's: the client's managers are not asked before it.
    """
    _assign(world, call, queue)
    call.asked_for = None
    use = ManagerUse.FIRST if call.target is not None else ManagerUse.NONE
    line_up(world, call, replace(SILENT, managers=use))


def line_up(world: World, call: Call, ruling: Ruling) -> None:
    """Make the call's plan, and ask for the moments at which it goes on."""
    profile = world.queue_of(call)
    credit = profile.priority.credit if ruling.credit is None else ruling.credit
    rate = profile.priority.rate if ruling.rate is None else ruling.rate
    call.claim = Priority(credit=credit, rate=rate)
    call.plan = _plan(world, call, ruling)
    for step in call.plan:
        if step.opens_at > world.moment():
            world.set_timer(step.opens_at, Due.STEP, call.call)
    longest = profile.longest_wait if ruling.longest_wait is None else ruling.longest_wait
    call.leave_by = None
    if longest is not None and call.customer_here:
        leave_by(world, call, max(world.moment(), call.queued_at + timedelta(seconds=longest)))
    announcing.begin(world, call, ruling)


def is_open(world: World, queue: QueueId) -> bool:
    """Tell whether the queue takes calls now."""
    hours = world.queues[queue].hours
    return hours is None or Sight(world).during(hours, world.moment())


def leave_by(world: World, call: Call, at: datetime) -> None:
    """From then on the caller has waited too long."""
    call.leave_by = at
    world.set_timer(at, Due.LEAVE, call.call)


def step_opens(world: World, call: Call) -> None:
    """More agents may be asked now."""
    if world.lineup.has_opened(call, world.moment()):
        world.touch_call(call)


def waited_too_long(world: World, call: Call) -> None:
    """The queue's patience is over, or the caller did not take the callback he was offered."""
    due = call.leave_by
    if due is None or due > world.moment():
        return
    if call.state is CallState.RINGING:
        leave_by(world, call, world.moment() + timedelta(seconds=1))
        return
    if call.state is not CallState.QUEUED:
        return
    call.leave_by = None
    profile = world.queue_of(call)
    if call.dismissal is not None:
        turn_away(world, call, call.dismissal)
    elif profile.when_waited is Turning.CALLBACK and announcing.can_be_called(call):
        _offer_to_leave(world, call, Dismissal.WAITED_TOO_LONG)
    elif profile.when_waited is Turning.OVERFLOW and profile.closed_to in world.queues:
        hand_over(world, call, profile.closed_to)
        world.touch_call(call)
    else:
        turn_away(world, call, Dismissal.WAITED_TOO_LONG)


def turn_away(world: World, call: Call, why: Dismissal) -> None:
    """Tell the caller why and let him go."""
    call.dismissal = why
    call.move(CallEvent.TURN_AWAY)
    call.closed_at = world.moment()
    announcing.send_away(world, call, _WORDS[why])
    world.touch_call(call)


_WORDS = {
    Dismissal.CLOSED: Phrase.CLOSED,
    Dismissal.FULL: Phrase.FULL,
    Dismissal.WAITED_TOO_LONG: Phrase.WAIT_OVER,
    Dismissal.RULE: Phrase.GOODBYE,
    Dismissal.CALLBACK: Phrase.CALLBACK_TAKEN,
}


# ── Rules ───────────────────────────────────────────────────────────────────────────────────


def _ask_rules(world: World, call: Call) -> Ruling:
    caller = Caller(
        at=world.moment(),
        number=call.number,
        number_class=call.number_class,
        dialled=call.dialled,
        match=call.match,
        candidates=call.candidates,
        language=call.language,
        ivr_path=call.ivr_path,
    )
    ruling = world.rules.rule_on(caller, Sight(world))
    call.rules, call.rules_version = ruling.applied, world.rules.version
    return ruling


def _assign(world: World, call: Call, queue: QueueId) -> None:
    call.queue = queue
    call.wrap_up_mode = world.queues[queue].wrap_up


# ── Being let in ────────────────────────────────────────────────────────────────────────────


def _admit(world: World, call: Call, ruling: Ruling) -> Turning | None:
    """Return None if a queue takes the call; else it has been turned, in the way returned."""
    for _ in range(HOPS):
        profile = world.queue_of(call)
        refusal = _refusal(world, call, profile, ruling)
        if refusal is None:
            return None
        why, turning = refusal
        onward = profile.closed_to
        if turning is not Turning.OVERFLOW or onward is None or onward not in world.queues:
            break
        _assign(world, call, onward)
        ruling = replace(ruling, turn=None)
    if turning is Turning.CALLBACK and announcing.can_be_called(call):
        _offer_to_leave(world, call, why)
        return Turning.CALLBACK
    turn_away(world, call, why)
    return Turning.HANG_UP


def _refusal(
    world: World, call: Call, profile: QueueProfile, ruling: Ruling
) -> tuple[Dismissal, Turning] | None:
    sight = Sight(world)
    if ruling.turn is not None:
        return Dismissal.RULE, ruling.turn
    if not is_open(world, call.queue):
        return Dismissal.CLOSED, profile.when_closed
    here = call.state is CallState.QUEUED and bool(call.plan)
    if profile.largest is not None and not here and sight.waiting(call.queue) >= profile.largest:
        return Dismissal.FULL, profile.when_full
    return None


def _offer_to_leave(world: World, call: Call, why: Dismissal) -> None:
    """Nobody will serve him now; he may leave for a callback, or hangs up."""
    call.dismissal = why
    call.plan, call.waits_for = (), None
    announcing.offer_callback(world, call, _WORDS[why])
    leave_by(world, call, world.moment() + announcing.TIME_TO_CHOOSE)
    world.touch_call(call)


# ── The plan ────────────────────────────────────────────────────────────────────────────────


def _plan(world: World, call: Call, ruling: Ruling) -> tuple[StepView, ...]:
    moment, profile = world.moment(), world.queue_of(call)
    use = ruling.managers or ManagerUse.FIRST
    own = call.managers if use is not ManagerUse.NONE else ()
    managers = tuple(dict.fromkeys((*own, *ruling.also)))[:MANAGERS]
    call.waits_for, opens = None, moment
    if ruling.manager_seconds is not None and managers:
        opens = moment + timedelta(seconds=ruling.manager_seconds)
    elif managers:
        limit = profile.manager_wait if ruling.manager_wait is None else ruling.manager_wait
        call.waits_for = _worth_waiting_for(world, managers, float(limit))
        opens = call.waits_for[1] if call.waits_for else moment
    return make_plan(
        Wishes(
            queue=call.queue,
            since=call.queued_at,
            now=moment,
            pool_opens_at=opens,
            target=call.target,
            asked_for=call.asked_for,
            managers=managers,
            last_agent=_last_agent(call),
            use=use,
            needs=(*profile.needs, *ruling.needs),
            overflow=_known(world, ruling.overflow or profile.overflow, call.queue),
        )
    )


def _worth_waiting_for(
    world: World, managers: tuple[AgentId, ...], limit: float
) -> tuple[AgentId, datetime] | None:
    """Return the manager who is predicted to be free first, if within the limit, and how long
    to wait for him; None if one is free already or nobody is worth it."""
    best: tuple[float, AgentId] | None = None
    for manager in managers:
        agent = world.agents.get(manager)
        if agent is None:
            continue
        if hindrance(agent) is None:
            return None
        busy_with = world.calls.get(agent.call) if agent.call else None
        if busy_with is None:
            continue
        known = world.experience(busy_with.queue)
        left = until_free(agent, busy_with, known, world.moment())
        if left is not None and left <= limit and (best is None or left < best[0]):
            best = left, manager
    if best is None:
        return None
    patience = min(limit, max(1.0, WORTH_A_WAIT * best[0]))
    return best[1], world.moment() + timedelta(milliseconds=round(patience * 1000))


def _last_agent(call: Call) -> AgentId | None:
    """Who handled the open matter of the one party that the number suggests."""
    return call.candidates[0].last_agent if call.match is Match.ONE else None


def _known(world: World, overflow: tuple[Overflow, ...], own: QueueId) -> tuple[Overflow, ...]:
    return tuple(one for one in overflow if one.queue in world.queues and one.queue != own)
