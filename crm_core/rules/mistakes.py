"""What may be wrong with a text of rules, and where."""

from enum import StrEnum

from crm_core.written.mistakes import Mistake, TextRefused

__all__ = ["Mistake", "Problem", "RulesRefused"]


class Problem(StrEnum):
    """Kinds of mistakes beside those of every text (`written.mistakes.Common`); all are worded as
    `rules.mistake.<code>`."""

    NOT_RULES = "not_rules"
    NOT_LIST = "not_list"
    ONLY_YES = "only_yes"
    """Said with `no`; what does not hold is said with `not`."""
    MISSING_KEY = "missing_key"
    NAME_TWICE = "name_twice"
    VALUE_TWICE = "value_twice"
    WHOSE_OF_NOTHING = "whose_of_nothing"
    RELAXES_TO_NO_LESS = "relaxes_to_no_less"
    NEVER_HOLDS = "never_holds"
    NEVER_REACHED = "never_reached"
    NO_QUEUE = "no_queue"
    NO_SKILL = "no_skill"
    NO_SCHEDULE = "no_schedule"
    NO_SEGMENT = "no_segment"


class RulesRefused(TextRefused):
    """The text is no set of rules that could hold."""

    code = "rules_refused"
