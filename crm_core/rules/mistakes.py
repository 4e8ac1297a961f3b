"""What may be wrong with a text of rules, and where."""

from enum import StrEnum

from crm_core.written.mistakes import Mistake, TextRefused

__all__ = ["Mistake", "Problem", "RulesRefused"]


class Problem(StrEnum):
    """Kinds of mistakes. The texts name them `rules.mistake.<code>`."""

    NOT_YAML = "not_yaml"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    ALIAS = "alias"
    """An anchor, an alias or a tag: what a text says shall stand where it is said."""
    DOCUMENTS = "documents"
    NOT_RULES = "not_rules"
    NOT_MAPPING = "not_mapping"
    NOT_LIST = "not_list"
    NOT_TEXT = "not_text"
    NOT_NUMBER = "not_number"
    NOT_YES_OR_NO = "not_yes_or_no"
    ONLY_YES = "only_yes"
    """Said with `no`; what does not hold is said with `not`."""
    UNKNOWN_KEY = "unknown_key"
    KEY_TWICE = "key_twice"
    MISSING_KEY = "missing_key"
    NAME_TWICE = "name_twice"
    VALUE_TWICE = "value_twice"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_VALUE = "not_a_value"
    MALFORMED = "malformed"
    WHOSE_OF_NOTHING = "whose_of_nothing"
    RELAXES_TO_NO_LESS = "relaxes_to_no_less"
    NEVER_HOLDS = "never_holds"
    NEVER_REACHED = "never_reached"
    NO_QUEUE = "no_queue"
    NO_SKILL = "no_skill"
    NO_SCHEDULE = "no_schedule"
    NO_SEGMENT = "no_segment"
    NO_AGENT = "no_agent"


class RulesRefused(TextRefused):
    """The text is no set of rules that could hold."""

    code = "rules_refused"
