"""Somebody is to hear what a caller left: his first manager, else a supervisor."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.errors import PartyUnknown
from crm_core.parties.editing import PartyMerged, check_stands
from crm_core.tasks.colleagues import above
from crm_core.tasks.deadline import Step
from crm_core.tasks.moving import add, first_manager
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import About, TaskFacts
from routing.ids import CallId, PartyId

BY = "keypad"
VOICE_MESSAGE = "voice_message"
_HEARD_WITHIN = timedelta(hours=4)


async def have_heard(
    session: AsyncSession, name: str, *, call: CallId, party: PartyId | None
) -> None:
    """Make the task, once for a message. `party` is who left it, if that is known."""
    party = await _standing(session, party)
    owner = await first_manager(session, party) if party is not None else None
    facts = TaskFacts(
        type=VOICE_MESSAGE,
        title="",
        about=About(kind=SubjectKind.CALL, id=call, party=party),
        due_at=moment(session) + _HEARD_WITHIN,
        owner=owner or await above(session, None, Step.SUPERVISOR),
        priority=Priority.HIGH,
        source=TaskSource.RULE,
        source_key=f"{VOICE_MESSAGE}:{name}",
    )
    await add(session, facts, by=BY)


async def _standing(session: AsyncSession, party: PartyId | None) -> PartyId | None:
    """The party, unless its record gave way to another while he spoke."""
    if party is None:
        return None
    try:
        await check_stands(session, party)
    except (PartyMerged, PartyUnknown):
        return None
    return party
