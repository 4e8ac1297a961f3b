"""What a caller answered after a call, on its card and over the API."""

from fastapi import Request

from agent_ui.web.access import parts_of
from agent_ui.web.selfservice.shapes import AnswerShape
from crm_core.selfservice.surveys import answers_of
from routing.ids import CallId


async def answers_on(request: Request, call: CallId) -> list[AnswerShape]:
    """His answers in their order; whoever asks may see the card."""
    async with parts_of(request).db.reading() as session:
        found = await answers_of(session, call)
    return [AnswerShape.model_validate(one) for one in found]
