"""Who a caller may be: the directory is asked, and what it answers is taken in.

A number suggests; a PIN keyed to self-service proves. Once it has, the caller is that party and
nobody else, whoever shares his number, and what the directory still says of the number is nothing.
"""

from dataclasses import replace
from datetime import timedelta

from routing.commands import IdentifyCaller
from routing.engine.plan import MANAGERS
from routing.engine.records import Call
from routing.engine.timers import Due
from routing.engine.world import World
from routing.facts import BY_PIN, Candidate
from routing.terms import Match

IDENTIFY_WITHIN = timedelta(milliseconds=300)
"""After this a caller is routed without an answer; the loop gives up on the directory sooner."""


def ask(world: World, call: Call) -> None:
    """Ask whom the number suggests, or of the party that the caller proved to be."""
    call.identify_by = world.moment() + IDENTIFY_WITHIN
    world.set_timer(call.identify_by, Due.IDENTIFY, call.call)
    world.command(
        IdentifyCaller, call=call.call, number=call.number or "", party=call.proved_party()
    )


def take(call: Call, candidates: tuple[Candidate, ...]) -> None:
    """Take the answer; the candidates' managers, in their order, are asked first."""
    proved = call.proved_party()
    if proved is not None:
        told = tuple(one for one in candidates if one.reason == BY_PIN)
        candidates = told or _alone(call)
    call.candidates = candidates
    named = [manager for candidate in candidates for manager in candidate.managers]
    call.managers = tuple(dict.fromkeys(named))[:MANAGERS]
    if call.match is not Match.WITHHELD or proved is not None:
        call.match = _match(len(candidates))


def _alone(call: Call) -> tuple[Candidate, ...]:
    """What is known already of the party that was proved; of another nothing is of use."""
    proved = call.proved_party()
    known = (one for one in call.candidates if one.party == proved)
    return tuple(replace(one, reason=BY_PIN) for one in known)


def _match(candidates: int) -> Match:
    if candidates == 0:
        return Match.UNKNOWN
    return Match.ONE if candidates == 1 else Match.SEVERAL
