"""What the pages of a flow look at together: its versions, its picture, mistakes, figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.i18n import Gettext
from agent_ui.web.access import parts_of
from agent_ui.web.flows.layout import Picture, drawn
from agent_ui.web.flows.ports import Agents, FlowDesk, FlowGraph, NodeSeen
from agent_ui.web.shell import language_of, queue_names, schedule_names, shell_of
from crm_core.four_eyes.kept import AT_FIRST_START, BY_SETTINGS, Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.versions import agents_known
from crm_core.selfservice.figures import NodeFigures
from crm_core.selfservice.flow_versions import FlowVersions, versions_of
from crm_core.selfservice.statistics import by_node
from crm_core.staff.employees import employees
from routing.ids import FlowId

DAYS = (7, 30, 90)
"""Periods of the figures on the graph, up to now."""
FIGURES_HEIGHT = 26
_NOBODY = (AT_FIRST_START, BY_SETTINGS)


@dataclass(frozen=True, slots=True)
class MistakeTold:
    """A mistake in words, with its line and the node in which it stands, if it is in one."""

    line: int
    column: int
    text: str
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A flow as a page looks at it."""

    flow: FlowId
    versions: FlowVersions
    desk: FlowDesk
    people: Mapping[str, str]
    agents: Agents
    draft: Kept | None
    proposal: Kept | None
    held: Kept | None
    language: str
    text: Gettext
    queues: Mapping[str, str]
    schedules: Mapping[str, str]

    @classmethod
    async def at(cls, request: Request, session: AsyncSession, flow: FlowId) -> "Look":
        """Raises FlowUnknown."""
        kept, language = versions_of(flow), language_of(request)
        if not await kept.listed(session, limit=1):
            raise kept.unknown
        return cls(
            flow=flow,
            versions=kept,
            desk=parts_of(request).flows,
            people={str(one.id): one.name for one in await employees(session)},
            agents=await agents_known(session),
            draft=await kept.in_state(session, VersionState.DRAFT),
            proposal=await kept.in_state(session, VersionState.PROPOSED),
            held=await kept.in_state(session, VersionState.PUBLISHED),
            language=language,
            text=shell_of(request).translations.gettext(language),
            queues=queue_names(request, language),
            schedules=schedule_names(request, language),
        )

    @property
    def begun(self) -> Kept | None:
        """What editing goes on from."""
        return self.draft or self.held or self.proposal

    def who(self, actor: str) -> str:
        """The name of who did something."""
        return self.text(f"rules.by.{actor}") if actor in _NOBODY else self.people.get(actor, actor)

    def name(self, graph: FlowGraph) -> str:
        """The flow's name in the reader's language."""
        return graph.names.get(self.language) or graph.names.get("en") or str(self.flow)

    def mistakes(self, text: str, graph: FlowGraph) -> list[MistakeTold]:
        """What is wrong with a text, in words."""
        found = self.desk.check(text, self.agents)
        return [
            MistakeTold(
                one.line,
                one.column,
                self.text(f"flows.mistake.{one.problem}", word=one.word, hint=one.hint),
                _node_at(graph, one.line),
            )
            for one in found
        ]

    def detail(self, name: str, value: str) -> str:
        """What a node is about beside its words, in words."""
        if name == "queue":
            return self.queues.get(value, value)
        if name == "schedule":
            return self.schedules.get(value, value)
        if name in ("service", "asks", "language"):
            return self.text(f"flows.{name}.{value}")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Figures by node over some days, of one version or of all."""

    days: int
    version: int | None
    nodes: Mapping[str, NodeFigures]

    @property
    def most(self) -> int:
        """Visits to the node that was visited most."""
        return max((one.visits for one in self.nodes.values()), default=0)


async def counted(
    request: Request, session: AsyncSession, flow: FlowId, *, days: int, version: int | None
) -> Counted:
    """The figures of the last days."""
    until = parts_of(request).clock.now()
    since = until - timedelta(days=days)
    named = None if version is None else str(version)
    nodes = await by_node(session, flow, named, since, until)
    return Counted(days=days, version=version, nodes=nodes)


def picture_of(graph: FlowGraph, figures: Counted | None) -> Picture:
    """The picture, with room for figures if there are any."""
    return drawn(graph, FIGURES_HEIGHT if figures is not None else 0)


def _node_at(graph: FlowGraph, line: int) -> str:
    """The node that stands at a line of the text; nothing above or beneath the nodes."""
    before: NodeSeen | None = None
    for node in graph.nodes:
        if node.line <= line and (before is None or node.line > before.line):
            before = node
    if before is None or (graph.ends and line >= graph.ends):
        return ""
    return before.node
