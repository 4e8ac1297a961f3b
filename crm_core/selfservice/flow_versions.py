"""Versions of self-service flows, under four eyes. A flow is its name and the text of its nodes.

A draft may be unsound, for a flow is drawn node by node; what is proposed is not. What a flow's
text means is known to the shell that walks it, so whoever calls here brings the checker along.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.four_eyes.kept import Kept, kept
from crm_core.four_eyes.states import VersionState
from crm_core.four_eyes.versions import Deeds, Versions
from crm_core.models import FlowVersion
from crm_core.written.mistakes import Mistake, TextRefused
from routing.ids import FlowId

LARGEST_TEXT = 256 * 1024
"""Characters of a flow's text."""
_STANDING = (VersionState.DRAFT, VersionState.PROPOSED, VersionState.PUBLISHED)


class FlowUnknown(Unknown):
    """There is no such flow, or no such version of it."""

    code = "flow_unknown"


class FlowChanged(Refused):
    """Somebody else was faster: what was shown is no more so."""

    code = "flow_changed"


class FlowUnsound(TextRefused):
    """The text is no flow that could be walked."""

    code = "flow_unsound"


Checker = Callable[[str], Sequence[Mistake]]
"""Tells what is wrong with a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A flow and those of its versions that are not done with."""

    flow: FlowId
    draft: Kept | None = None
    proposed: Kept | None = None
    published: Kept | None = None


_DEEDS = Deeds(
    draft=Action.FLOW_DRAFTED,
    propose=Action.FLOW_PROPOSED,
    publish=Action.FLOW_PUBLISHED,
    reject=Action.FLOW_REJECTED,
)


FlowVersions = Versions[FlowVersion]


def versions_of(flow: FlowId) -> FlowVersions:
    """All versions of the flow."""
    return Versions(
        table=FlowVersion,
        subject="flow",
        deeds=_DEEDS,
        scope={"flow": flow},
        unknown=FlowUnknown,
        changed=FlowChanged,
    )


def sound(checker: Checker) -> Callable[[str], None]:
    """What a text must pass to be proposed and published. Raises FlowUnsound."""

    def check(text: str) -> None:
        mistakes = checker(text)
        if mistakes:
            raise FlowUnsound(mistakes)

    return check


def bounded(text: str) -> None:
    """What a draft must pass. Raises FieldRefused."""
    if len(text) > LARGEST_TEXT:
        raise FieldRefused("body", "too_long")


async def keep_first(session: AsyncSession, flows: Mapping[FlowId, str]) -> None:
    """Publish the text of each flow that has no version yet."""
    for flow, body in flows.items():
        await versions_of(flow).keep_first(session, body)


async def standing(session: AsyncSession) -> list[Standing]:
    """All flows, by name."""
    names = await session.scalars(select(FlowVersion.flow).distinct())
    found: dict[str, dict[str, Kept]] = {name: {} for name in sorted(names)}
    rows = await session.scalars(select(FlowVersion).where(FlowVersion.state.in_(_STANDING)))
    for row in rows:
        found[row.flow][row.state.value] = kept(row)
    return [Standing(flow=FlowId(flow), **parts) for flow, parts in found.items()]


async def published(session: AsyncSession) -> dict[FlowId, Kept]:
    """The versions that callers are served by."""
    statement = select(FlowVersion).where(FlowVersion.state == VersionState.PUBLISHED)
    rows = await session.scalars(statement.order_by(FlowVersion.flow))
    return {FlowId(row.flow): kept(row) for row in rows}


async def numbers_published(session: AsyncSession) -> dict[FlowId, int]:
    """Which version of each flow is published: cheap to ask again and again."""
    row = FlowVersion
    found = await session.execute(
        select(row.flow, row.version).where(row.state == VersionState.PUBLISHED)
    )
    return {FlowId(flow): number for flow, number in found}
