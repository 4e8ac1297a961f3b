"""What a caller left at his keypad, for whoever may see the card: to be heard in place."""

import asyncio

from fastapi import Request, Response

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.visible import visible_card
from crm_core.audit import Action, Subject, record
from crm_core.selfservice.messages import MessageGone
from routing.ids import CallId


async def message_of(request: Request, call: CallId) -> Response:
    """The message as WAV; that it was asked for is audited. Raises NotFound, MessageGone."""
    parts, viewer = parts_of(request), signed_in_of(request).employee
    async with parts.db.unit_of_work() as session:
        card = await visible_card(session, viewer, call)
        name = (card.self_service or {}).get("recording")
        if not name:
            raise MessageGone
        content = await asyncio.to_thread(parts.messages.read, name)
        subject = Subject(kind="call", id=call)
        await record(
            session, Action.MESSAGE_HEARD, actor=viewer.id, subject=subject, reason="listened"
        )
    return Response(content, media_type="audio/wav", headers={"Content-Disposition": "inline"})
