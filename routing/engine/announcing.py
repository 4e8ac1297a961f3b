"""What waiting callers are told: a welcome, their place, the wait to expect, a way to leave.

Told only to callers with whom nothing else happens in the same decision: who is being offered to
an agent is not moved for a word.
"""

from datetime import timedelta

from routing.commands import Said, SendAway, TellCaller
from routing.engine.records import Call
from routing.engine.timers import Due
from routing.engine.world import World
from routing.roster import CallbackOffer
from routing.rules.ruling import Ruling
from routing.terms import CallState, Phrase

TIME_TO_CHOOSE = timedelta(seconds=25)
"""How long a caller who is not let in may think about a callback, the words included."""

LATER = timedelta(seconds=5)
"""Something else was happening: the word is put off by this."""

KEYS = "0123456789*#"

PLAIN_MUSIC = "default"


def begin(world: World, call: Call, ruling: Ruling) -> None:
    """Arrange what the caller is to be told while he waits."""
    profile = world.queue_of(call)
    words = profile.announcements
    call.music = ruling.music or profile.music
    call.callback = _callback(profile.callback, ruling)
    call.callback_offered = False
    call.tell_every = words.every if ruling.announce_every is None else ruling.announce_every
    call.tell_at = None
    if not call.customer_here:
        return
    welcome = words.welcome if ruling.welcome is None else ruling.welcome
    call.welcome = welcome and not call.told
    if call.welcome or call.music != PLAIN_MUSIC:
        world.to_tell[call.call] = None
    first = words.first_after if call.tell_every is not None else _offered_after(call)
    if first is not None:
        tell_later(world, call, timedelta(seconds=first))


def _callback(usual: CallbackOffer | None, ruling: Ruling) -> CallbackOffer | None:
    """The queue's offer, or the one that rules make of it."""
    if ruling.callback_after is None and ruling.callback_expected is None:
        return usual
    key = usual.key if usual else CallbackOffer().key
    return CallbackOffer(
        after=ruling.callback_after, expected_wait=ruling.callback_expected, key=key
    )


def _offered_after(call: Call) -> int | None:
    return call.callback.after if call.callback is not None else None


def tell_later(world: World, call: Call, time: timedelta) -> None:
    """Tell the caller something then."""
    call.tell_at = world.moment() + time
    world.set_timer(call.tell_at, Due.TELL, call.call)


def due(world: World, call: Call) -> None:
    """It is time to tell him something, once it is clear that he goes on waiting."""
    if call.tell_at is not None and call.tell_at <= world.moment():
        call.tell_at = None
        if call.state is CallState.QUEUED and call.customer_here and call.plan:
            call.tell_due = True
            world.to_tell[call.call] = None
        elif call.state in (CallState.QUEUED, CallState.RINGING):
            tell_later(world, call, LATER)


def settle(world: World) -> None:
    """After matching: tell those who still wait."""
    for call_id in list(world.to_tell):
        call = world.calls.get(call_id)
        if call is None or call.state is not CallState.QUEUED or not call.customer_here:
            continue
        if world.is_parked(call_id) or not world.nodes.get(call.node, False):
            tell_later(world, call, LATER)
            continue
        _tell(world, call)
    world.to_tell.clear()


def _tell(world: World, call: Call) -> None:
    said: list[Said] = []
    if call.welcome:
        said.append(Said(phrase=Phrase.WELCOME))
        call.welcome = False
    elif call.tell_due:
        said += _outlook(world, call)
    if may_leave(world, call):
        call.callback_offered = True
        said.append(_offer_of(call))
    call.tell_due, call.told = False, call.told + 1
    command = world.on_call(
        TellCaller, call, said=tuple(said), language=call.language, music=call.music
    )
    call.telling = command.id
    if call.tell_every is not None and call.tell_at is None:
        tell_later(world, call, timedelta(seconds=call.tell_every))
    world.touch_call(call)


def _outlook(world: World, call: Call) -> list[Said]:
    """His place and the wait to expect, as his queue likes to tell them."""
    words = world.queue_of(call).announcements
    said = []
    turnout = world.lineup.turnout.get(call.queue)
    if words.position and turnout is not None and call.state is CallState.QUEUED:
        said.append(Said(phrase=Phrase.POSITION, number=turnout.place(call.call)))
    wait = expected_wait(world, call) if words.expected_wait else None
    if wait is not None:
        said.append(Said(phrase=Phrase.EXPECTED_WAIT, number=max(1, round(wait / 60))))
    return said


def expected_wait(world: World, call: Call) -> float | None:
    """Return how many seconds the caller may still wait; None if nobody is at work for him.

    Those before him, and he, divided among the agents at work, each for the mean of a call.
    """
    turnout = world.lineup.turnout.get(call.queue)
    staffed = max(
        (
            world.lineup.pool((step.queue, step.needs)).staffed()
            for step in call.plan
            if step.queue in world.queues and step.opens_at <= world.moment()
        ),
        default=0,
    )
    if turnout is None or not staffed:
        return None
    return turnout.place(call.call) * world.experience(call.queue).handling() / staffed


def may_leave(world: World, call: Call) -> bool:
    """Tell whether the caller may be offered a callback now."""
    offer = call.callback
    if offer is None or not can_be_called(call):
        return False
    waited = (world.moment() - call.queued_at).total_seconds()
    if offer.after is not None and waited >= offer.after:
        return True
    if offer.expected_wait is None:
        return False
    expected = expected_wait(world, call)
    return expected is None or expected >= offer.expected_wait


def can_be_called(call: Call) -> bool:
    """Tell whether there is a number to call."""
    return call.number is not None


def offer_callback(world: World, call: Call, why: Phrase) -> None:
    """He is not let in: tell him why, and that he may be called back."""
    call.callback = world.queue_of(call).callback or CallbackOffer()
    call.callback_offered = True
    said = (Said(phrase=why), _offer_of(call))
    command = world.on_call(TellCaller, call, said=said, language=call.language, music=PLAIN_MUSIC)
    call.telling = command.id


def _offer_of(call: Call) -> Said:
    """The offer names its key by the key's place on a telephone (RFC 4733)."""
    key = call.callback.key if call.callback else CallbackOffer().key
    return Said(phrase=Phrase.CALLBACK_OFFER, number=KEYS.index(key))


def send_away(world: World, call: Call, why: Phrase) -> None:
    """The last words; his leg ends after them."""
    words = (why,) if why is Phrase.GOODBYE else (why, Phrase.GOODBYE)
    said = tuple(Said(phrase=one) for one in words)
    command = world.on_call(SendAway, call, said=said, language=call.language)
    call.telling = command.id
    world.forget_later(call)
