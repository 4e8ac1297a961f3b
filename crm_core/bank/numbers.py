"""Account and contract numbers: agreements found by theirs, and one number opened at a time.

Numbers stand sealed (`crm_core.sealing`); to open one is audited with who looked and why.
"""

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.errors import Unknown
from crm_core.models import Agreement
from crm_core.sealing import NumberRefused, NumberSeal
from routing.ids import AgentId


class AgreementUnknown(Unknown):
    """There is no such agreement."""

    code = "agreement_unknown"


async def agreements_by_number(
    session: AsyncSession, number: str, *, seal: NumberSeal
) -> tuple[str, ...]:
    """The ids of the agreements with this number, in any spelling. Nothing for no number."""
    try:
        hashes = seal.hashes(number)
    except NumberRefused:
        return ()
    row = Agreement
    matches = (and_(row.number_key == key, row.number_hash == h) for key, h in hashes.items())
    return tuple(await session.scalars(select(row.id).where(or_(*matches)).order_by(row.id)))


async def reveal_number(
    session: AsyncSession, agreement: str, *, seal: NumberSeal, viewer: AgentId, reason: str
) -> str:
    """The whole number; the look is audited. Needs a unit of work.

    Raises AgreementUnknown, KeyUnknown, SealBroken.
    """
    row = await session.get(Agreement, agreement)
    if row is None:
        raise AgreementUnknown
    number = seal.open(row.number_sealed, row.number_key, row.id)
    subject = Subject(kind="agreement", id=agreement)
    await record(session, Action.NUMBER_REVEALED, actor=viewer, subject=subject, reason=reason)
    return number
