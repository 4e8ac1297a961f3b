"""The states of a version under four eyes. Pure: the tables' models import this."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class VersionState(StrEnum):
    """Where a version stands. Of one text at most one is published."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REPLACED = "replaced"
    REJECTED = "rejected"


class VersionMove(StrEnum):
    """What happens to a version."""

    PROPOSE = "propose"
    PUBLISH = "publish"
    REJECT = "reject"
    REPLACE = "replace"


VERSION_MOVES: Mapping[VersionState, Mapping[VersionMove, VersionState]] = MappingProxyType(
    {
        VersionState.DRAFT: MappingProxyType({VersionMove.PROPOSE: VersionState.PROPOSED}),
        VersionState.PROPOSED: MappingProxyType(
            {
                VersionMove.PUBLISH: VersionState.PUBLISHED,
                VersionMove.REJECT: VersionState.REJECTED,
            }
        ),
        VersionState.PUBLISHED: MappingProxyType({VersionMove.REPLACE: VersionState.REPLACED}),
        VersionState.REPLACED: MappingProxyType({}),
        VersionState.REJECTED: MappingProxyType({}),
    }
)
