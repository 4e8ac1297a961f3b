"""The states of a version of the rules. Pure: the table's model imports this."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RulesState(StrEnum):
    """Where a version stands. Exactly one is published."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REPLACED = "replaced"
    REJECTED = "rejected"


class RulesMove(StrEnum):
    """What happens to a version."""

    PROPOSE = "propose"
    PUBLISH = "publish"
    REJECT = "reject"
    REPLACE = "replace"


RULES_MOVES: Mapping[RulesState, Mapping[RulesMove, RulesState]] = MappingProxyType(
    {
        RulesState.DRAFT: MappingProxyType({RulesMove.PROPOSE: RulesState.PROPOSED}),
        RulesState.PROPOSED: MappingProxyType(
            {
                RulesMove.PUBLISH: RulesState.PUBLISHED,
                RulesMove.REJECT: RulesState.REJECTED,
            }
        ),
        RulesState.PUBLISHED: MappingProxyType({RulesMove.REPLACE: RulesState.REPLACED}),
        RulesState.REPLACED: MappingProxyType({}),
        RulesState.REJECTED: MappingProxyType({}),
    }
)
