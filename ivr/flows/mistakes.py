"""What may be wrong with a text of a flow, and where."""

from enum import StrEnum

from crm_core.written.mistakes import Mistake, TextRefused

__all__ = ["FlowRefused", "Mistake", "Problem"]


class Problem(StrEnum):
    """Kinds of mistakes beside those of every written text (`written.mistakes.Common`)."""

    MISSING_KEY = "missing_key"
    VALUE_TWICE = "value_twice"
    NO_KIND = "no_kind"
    """No key of the node says what it does."""
    TWO_KINDS = "two_kinds"
    UPSIDE_DOWN = "upside_down"
    """The least is more than the most."""

    NO_NODE = "no_node"
    NO_PROMPT = "no_prompt"
    """A prompt that has no text in some of the flow's languages."""
    PROMPT_TAKEN = "prompt_taken"
    """A prompt of the flow has the name of one that every bank has."""
    PROMPT_HAS_PLACES = "prompt_has_places"
    """A prompt with places can only be told by a node that knows the values."""
    NO_QUEUE = "no_queue"
    NO_SCHEDULE = "no_schedule"
    NO_TOPIC = "no_topic"
    NO_LANGUAGE = "no_language"
    """A language that the bank has no prompts in."""
    NOT_SPOKEN = "not_spoken"
    """A language that the flow does not speak."""
    NOT_COLLECTED = "not_collected"
    """Nothing is ever kept under that name."""
    SAYS_NOTHING = "says_nothing"
    """A menu that nobody would know of."""
    KEY_COLLIDES = "key_collides"
    """A key that means two things at once."""

    UNREACHABLE = "unreachable"
    NO_END = "no_end"
    """From there no end of the call is ever reached."""
    ENDLESS = "endless"
    """A circle in which nothing waits for the caller."""
    NOT_LOOKED_UP = "not_looked_up"
    """Spoken, though on some way to it nothing was looked up."""


class FlowRefused(TextRefused):
    """The text is no flow that a caller could be led through."""

    code = "flow_refused"
