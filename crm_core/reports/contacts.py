"""Contacts in SQL: one statement for a stretch of time, added up by the database.

A contact is counted where it ended: its interval, and of what is known of it at its end the agent,
topic and disposition. Its queue is the one in which it was answered, so that a transfer does not
burden the queue that it went to; if nobody answered, the one in which it ended.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, or_, select

from crm_core.models import CallCard
from crm_core.reports.asking import Grouping, Question
from crm_core.reports.intervals import Stretch
from crm_core.reports.measures import ServiceLevel
from crm_core.reports.timing import epoch_ms
from routing.ids import QueueId
from routing.terms import CallState, Direction, Dismissal

STREAM = {"yield_per": 500}
"""How statements of reports are run."""

_MS = timedelta(milliseconds=1)
_SECOND_MS = 1000
_counting_queue: ColumnElement[Any] = func.coalesce(CallCard.answered_in, CallCard.queue)
_GROUPS: Mapping[Grouping, ColumnElement[Any]] = {
    Grouping.QUEUE: _counting_queue,
    Grouping.AGENT: CallCard.agent.expression,
    Grouping.TOPIC: CallCard.topic.expression,
    Grouping.DISPOSITION: CallCard.disposition.expression,
}


def slot(at: Any, stretch: Stretch, width: timedelta) -> ColumnElement[int]:
    """The number of the local slot in which a time lies."""
    return (epoch_ms(at) + literal(stretch.offset // _MS)) // literal(width // _MS)


def counted(question: Question, stretch: Stretch, width: timedelta) -> Select[Any]:
    """Slot, group, agent where teams are told, and then the counts by the names of Figures."""
    at = slot(CallCard.ended_at, stretch, width).label("at_slot")
    group = _GROUPS.get(question.grouping, null()).label("of_key")
    agent = (CallCard.agent if question.tells_teams else null()).label("of_agent")
    counts = [count.label(name) for name, count in _counts(question.levels).items()]
    return (
        select(at, group, agent, *counts)
        .where(*_where(question, stretch))
        .group_by("at_slot", "of_key", "of_agent")
    )


def _where(question: Question, stretch: Stretch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        CallCard.ended_at >= stretch.start,
        CallCard.ended_at < stretch.end,
    ]
    if question.queue is not None:
        found.append(_counting_queue == question.queue)
    if question.agent is not None:
        found.append(CallCard.agent == question.agent)
    return found


def _counts(levels: Mapping[QueueId, ServiceLevel]) -> dict[str, ColumnElement[int]]:
    inbound = CallCard.direction == Direction.INBOUND
    answered = CallCard.answered_at.is_not(None)
    served, unserved = and_(inbound, answered), and_(inbound, ~answered)
    waited, gone = _since_queued(CallCard.answered_at), _since_queued(CallCard.ended_at)
    abandoned = and_(unserved, CallCard.state == CallState.ABANDONED)
    short = or_(gone == 0, gone < _setting(levels, "short"))
    sent_away = and_(unserved, CallCard.state == CallState.TURNED_AWAY)
    waited_out = CallCard.routing["dismissal"].as_string() == Dismissal.WAITED_TOO_LONG
    waited_out = func.coalesce(waited_out, False)
    return {
        "answered": _number(served),
        "answered_in_time": _number(served, waited <= _setting(levels, "within")),
        "abandoned": _number(abandoned, ~short),
        "abandoned_short": _number(abandoned, short),
        "callbacks_taken": _number(unserved, CallCard.state == CallState.CALLBACK_TAKEN),
        "waited_too_long": _number(sent_away, waited_out),
        "turned_away": _number(sent_away, ~waited_out),
        "lost": _number(unserved, CallCard.state == CallState.LOST),
        "self_served": _number(unserved, CallCard.state == CallState.SELF_SERVED),
        "called_back": _number(~inbound, answered),
        "unreached": _number(~inbound, ~answered),
        "transferred": _number(answered, CallCard.transfers > 0),
        "waited": _sum(waited, served),
        "dialling": _sum(CallCard.dial_ms, answered),
        "talk": _sum(CallCard.talk_ms, answered),
        "hold": _sum(CallCard.hold_ms, answered),
        "wrap_up": _sum(CallCard.wrap_up_ms, answered),
    }


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*conditions)


def _sum(of: ColumnElement[int] | Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(of).filter(*conditions), 0)


def _since_queued(at: Any) -> ColumnElement[int]:
    """Milliseconds; none where news of the end overtook that of the beginning."""
    spent = epoch_ms(at) - epoch_ms(CallCard.queued_at)
    return case((spent > 0, spent), else_=0)


def _setting(levels: Mapping[QueueId, ServiceLevel], name: str) -> ColumnElement[int]:
    """A setting of the contact's queue in milliseconds; of a queue that is no more, the usual."""
    usual = literal(getattr(ServiceLevel(), name) * _SECOND_MS)
    known = {queue: getattr(level, name) * _SECOND_MS for queue, level in levels.items()}
    return case(known, value=_counting_queue, else_=usual) if known else usual
