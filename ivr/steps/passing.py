"""Nodes that a caller passes without noticing, for what is known of him already. Pure."""

from dataclasses import replace

from ivr.flows.nodes import Condition, Identify, Node, SetLanguage, Verify
from ivr.steps.conditions import holds
from ivr.steps.walk import Walk, noted

MOST_WRONG_PINS = 3
"""In one call."""


def passed(walk: Walk, node: Node) -> tuple[Walk, str] | None:
    """The walk behind the node, and where it leads; None where something is to be done there."""
    match node:
        case SetLanguage(language=language, next=onward):
            return noted(replace(walk, language=language), language=language), onward
        case Condition(yes=yes, no=no):
            return walk, yes if holds(walk, node) else no
        case Identify(next=onward) if walk.verified:
            return walk, onward
        case Verify(verified=onward) if walk.verified:
            return walk, onward
        case Verify(failed=failed) if walk.wrong_pins >= MOST_WRONG_PINS:
            return walk, failed
    return None
