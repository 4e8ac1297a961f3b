"""Staffing over the API."""

from typing import Annotated

from fastapi import Query

from agent_ui.web.api import api_router
from agent_ui.web.staffing.asking import Question, answers
from agent_ui.web.staffing.shapes import StaffingShape, answer_shape

router = api_router("staffing")


@router.get("/staffing")
async def staffing(question: Annotated[Question, Query()]) -> StaffingShape:
    """How many agents a load needs, by Erlang C, and by Erlang A where callers lose patience."""
    return StaffingShape(
        erlangs=question.calls_per_hour * question.aht / 3600,
        answers=[answer_shape(one) for one in answers(question)],
    )
