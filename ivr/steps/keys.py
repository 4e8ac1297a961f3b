"""What a key means that holds anywhere, and what is asked of a caller in digits. Pure."""

from dataclasses import replace

from ivr.flows.nodes import Collect, Flow, Identify, Menu, Node, Say, SetPin, Survey, Verify
from ivr.speech.told import Told
from ivr.steps.acts import Ask, Happened, Heard, Keyed, Silent
from ivr.steps.passing import passed
from ivr.steps.walk import Goto, Outcome, Walk, before

_ASKING_DIGITS = (Collect, Identify, Verify, SetPin, Survey)


class Unfitting(ValueError):
    """What happened is no answer to what the walk asked for; a defect of whoever drives it."""


def says(*prompts: str) -> tuple[Told, ...]:
    """Prompts without values; the empty ones are none."""
    return tuple(Told(prompt=prompt) for prompt in prompts if prompt)


def anywhere(flow: Flow, walk: Walk, key: str) -> Goto | None:
    """Where a key leads that holds anywhere."""
    if not key:
        return None
    keys = flow.anywhere
    leads = {
        keys.repeat: walk.service.node,
        keys.back: before(walk),
        keys.main: flow.main,
        keys.person: flow.person,
    }
    return Goto(node=leads[key]) if key in leads else None


def cut_short(flow: Flow, walk: Walk, key: str, onward: str) -> Outcome:
    """He pressed a key while he was told something: his own next choice comes first, then what
    holds anywhere; any other key ends what is said."""
    follower = _follower(flow, walk, onward)
    if isinstance(follower, Menu):
        ahead = key in {choice.key for choice in follower.choices}
    else:
        ahead = isinstance(follower, _ASKING_DIGITS) and key.isdigit()
    if ahead:
        return replace(walk, ahead=key), Goto(node=onward)
    return walk, anywhere(flow, walk, key) or Goto(node=onward)


def _follower(flow: Flow, walk: Walk, onward: str) -> Node:
    """The next node that does more than say something, or lead on by what is known of him."""
    node = flow.nodes[onward]
    for _ in flow.nodes:
        if isinstance(node, Say):
            onward = node.next
        elif behind := passed(walk, node):
            walk, onward = behind
        else:
            break
        node = flow.nodes[onward]
    return node


def key_of(happened: Happened) -> str:
    """The key that cut what was told, if one did."""
    if isinstance(happened, Heard):
        return happened.key
    raise Unfitting(type(happened).__name__)


def ask(
    flow: Flow,
    walk: Walk,
    said: tuple[Told, ...],
    *,
    most: int,
    seconds: int,
    secret: bool = False,
) -> Ask:
    """Ask for an entry of several digits. Of one that he has begun, only the rest is asked for."""
    keys = flow.anywhere
    starred = "*" in (keys.person, keys.back, keys.main, keys.repeat)
    return Ask(
        said=() if walk.ahead else said,
        language=walk.language,
        most=max(most - len(walk.ahead), 1),
        ends=("#*" if starred else "#") if most > 1 else "",
        seconds=seconds,
        secret=secret,
    )


def entered(walk: Walk, happened: Happened) -> tuple[Walk, str]:
    """The whole entry, empty for silence."""
    if isinstance(happened, Silent):
        digits = ""
    elif isinstance(happened, Keyed):
        digits = happened.digits
    else:
        raise Unfitting(type(happened).__name__)
    if walk.ahead:
        digits = walk.ahead + digits.strip("*#")
    return replace(walk, ahead=""), digits


def meant(flow: Flow, walk: Walk, entry: str) -> Goto | None:
    """Where an entry leads that is no entry but a key that holds anywhere. Of digits only the key
    for a person is: the others may be what was asked for."""
    if entry == flow.anywhere.person or not entry.isdigit():
        return anywhere(flow, walk, entry)
    return None


def again(flow: Flow, walk: Walk, *, silent: bool) -> tuple[Walk, tuple[Told, ...]]:
    """One more try, and what is said before it."""
    prompt = flow.no_input if silent else flow.wrong_key
    return replace(walk, tries=walk.tries + 1, ahead=""), says(prompt)
