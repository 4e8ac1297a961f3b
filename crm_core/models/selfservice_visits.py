"""Tables of what callers did at their keypads: visits to flows, step by step, answers to surveys.

They name a call and no party. They carry no foreign keys to cards: a visit is over before its card
is written, and is told once. Of what a caller typed nothing is here but the key of a menu.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, SortableText
from crm_core.models.columns import code as codes
from crm_core.selfservice.leaving import Leaving
from routing.ids import AgentId, CallId, FlowId, QueueId
from routing.terms import ServiceEnd


class ServiceVisit(Base):
    """A caller's way through a flow, from the first node to the last. `contained`: he was told what
    he asked for and needed no person."""

    __tablename__ = "service_visit"
    __table_args__ = (
        CheckConstraint("began_at <= left_at", "times"),
        CheckConstraint("NOT contained OR ending IN ('done', 'left')", "contained"),
        UniqueConstraint("call", "flow", "began_at"),
        Index(None, "left_at", "flow"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    call: Mapped[CallId] = mapped_column(SortableText)
    flow: Mapped[FlowId] = mapped_column(Text)
    version: Mapped[str]
    language: Mapped[str]
    began_at: Mapped[datetime]
    left_at: Mapped[datetime]
    ending: Mapped[ServiceEnd] = mapped_column(codes(ServiceEnd, "ending"))
    contained: Mapped[bool]
    last_node: Mapped[str]


class ServiceStep(Base):
    """A stay in a node: the n-th of its visit, from 1. `pressed` is the key of a menu and nothing
    else; `next_node` is where it led, empty at the end."""

    __tablename__ = "service_step"
    __table_args__ = (
        CheckConstraint("n >= 1", "n"),
        CheckConstraint("ms >= 0", "ms"),
        CheckConstraint("(leaving = 'key') = (pressed <> '') AND length(pressed) <= 1", "pressed"),
    )

    visit: Mapped[str] = mapped_column(
        SortableText, ForeignKey("service_visit.id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    node: Mapped[str]
    entered_at: Mapped[datetime]
    ms: Mapped[int] = mapped_column(BigInteger)
    leaving: Mapped[Leaving] = mapped_column(codes(Leaving, "leaving"))
    pressed: Mapped[str]
    next_node: Mapped[str]


class SurveyAnswer(Base):
    """What a caller answered to a question; the last that he said. `agent` and `queue` are those
    that the survey was about, if that was known then: else the call's card tells."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("value BETWEEN 0 AND 10", "value"),
        Index(None, "asked_at", "question"),
    )

    call: Mapped[CallId] = mapped_column(SortableText, primary_key=True)
    flow: Mapped[FlowId] = mapped_column(Text, primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    agent: Mapped[AgentId | None]
    queue: Mapped[QueueId | None]
    asked_at: Mapped[datetime]
