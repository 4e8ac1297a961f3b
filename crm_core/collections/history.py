"""Moving a case by its table of states; each move and each step done stays as an event of the case.

The event is the case's own memory, for whoever works on it; `crm_core.audit` proves who did it.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.collections.states import CASE_STATES, CaseEvent, CaseState
from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import CaseEventRow, CollectionCase
from crm_core.states import after
from routing.ids import CallId

NIGHT = "nightly"
"""Who does what follows from the arrears of a business date."""
OPENED = "open"
STEP = "step"
"""Kinds of events that are no move of the table: the case began; a step was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who did it and what it was. `step` is the strategy's step that it fulfilled."""

    by: str
    step: str = ""
    channel: str = ""
    outcome: str = ""
    call: CallId | None = None
    note: str = ""


def moved(session: AsyncSession, case: CollectionCase, event: CaseEvent, doing: Doing) -> None:
    """Move the case and remember it. Raises MoveRefused."""
    case.state = after(CASE_STATES, case.state, event)
    remembered(session, case, event.value, doing)


def moved_beneath(
    session: AsyncSession, case: CollectionCase, event: CaseEvent, doing: Doing
) -> None:
    """Move the case, or what it goes back to after its pause. Raises MoveRefused."""
    if case.state is not CaseState.PAUSED or case.paused_in is None:
        moved(session, case, event, doing)
        return
    case.paused_in = after(CASE_STATES, case.paused_in, event)
    remembered(session, case, event.value, doing)


def remembered(session: AsyncSession, case: CollectionCase, kind: str, doing: Doing) -> None:
    """Keep what was done in the case as it stands now."""
    case.updated_at = moment(session)
    session.add(
        CaseEventRow(
            id=new_id(),
            case=case.id,
            party=case.party,
            episode=case.episode,
            at=moment(session),
            actor=doing.by,
            kind=kind,
            state=case.state,
            step=doing.step,
            channel=doing.channel,
            outcome=doing.outcome,
            call=doing.call,
            note=doing.note,
        )
    )
