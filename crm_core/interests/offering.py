"""What clients need, what to offer them for it, and what they said to it.

The facts that the rules ask for are read here; which offers follow is decided by `matching`, which
is pure.
"""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.holdings import holdings
from crm_core.bank.moneyline import red_strip
from crm_core.bank.terms import AgreementRole, AgreementStatus
from crm_core.database import moment
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.ids import new_id
from crm_core.interests.interest import Need, NeedKnown
from crm_core.interests.matching import Answered, ClientFacts, OfferMatch, OfferRules, matches
from crm_core.interests.states import OfferOutcome
from crm_core.models import Need as NeedRow
from crm_core.models import OfferMade, Party, Product
from crm_core.parties.editing import check_stands
from crm_core.upsert import insert_into
from routing.ids import AgentId, CallId, PartyId

_OWN = frozenset({AgreementRole.OWNER, AgreementRole.CO_HOLDER})
_OPEN = frozenset({AgreementStatus.ACTIVE, AgreementStatus.BLOCKED})


async def note_need(
    session: AsyncSession,
    party: PartyId,
    code: str,
    *,
    evidence: str,
    rules: OfferRules,
    by: AgentId,
    call: CallId | None = None,
) -> str:
    """Remember that the party needs something. Its id.

    Raises PartyUnknown, PartyMerged, FieldRefused for `need`, `evidence`; NeedKnown if that is
    known already.
    """
    await check_stands(session, party)
    if code not in rules.needs:
        raise FieldRefused("need", "unknown")
    if not evidence.strip():
        raise FieldRefused("evidence", "missing")
    row = {"id": new_id(), "party": party, "code": code, "evidence": evidence.strip()}
    made: str | None = await session.scalar(
        insert_into(session, NeedRow)
        .values(**row, call=call, noted_at=moment(session), noted_by=by)
        .on_conflict_do_nothing()
        .returning(NeedRow.id)
    )
    if made is None:
        raise NeedKnown
    await _audit(session, Action.NEED_NOTED, party, by=by, reason=code)
    return made


async def end_need(session: AsyncSession, party: PartyId, need: str, *, by: AgentId) -> None:
    """The party does not need it any more. Raises FieldRefused for `need`."""
    row = await session.get(NeedRow, need, with_for_update=True)
    if row is None or row.party != party or row.ended_at is not None:
        raise FieldRefused("need", "unknown")
    row.ended_at = moment(session)
    await session.flush()
    await _audit(session, Action.NEED_ENDED, party, by=by, reason=row.code)


async def needs(session: AsyncSession, party: PartyId) -> list[Need]:
    """What the party needs now, the newest first."""
    statement = (
        select(NeedRow)
        .where(NeedRow.party == party, NeedRow.ended_at.is_(None))
        .order_by(NeedRow.noted_at.desc(), NeedRow.id.desc())
    )
    return [
        Need(id=row.id, code=row.code, evidence=row.evidence, call=row.call, noted_at=row.noted_at)
        for row in await session.scalars(statement)
    ]


async def offers(session: AsyncSession, party: PartyId, rules: OfferRules) -> list[OfferMatch]:
    """What to offer the party now for what it needs, the best first. Raises PartyUnknown."""
    client = await _facts(session, party)
    wanted = [one.code for one in await needs(session, party)]
    answered, now = await answers(session, party), moment(session)
    known = set(await session.scalars(select(Product.code)))
    found = matches(rules, client, wanted, answered=answered, now=now)
    return [one for one in found if one.product in known]


async def answers(session: AsyncSession, party: PartyId) -> list[Answered]:
    """The party's last answer to each product that it was ever offered."""
    newest = (
        select(OfferMade.product, func.max(OfferMade.id).label("id"))
        .where(OfferMade.party == party)
        .group_by(OfferMade.product)
        .subquery()
    )
    statement = select(OfferMade).join(newest, newest.c.id == OfferMade.id)
    return [
        Answered(product=row.product, outcome=row.outcome, quiet_until=row.quiet_until)
        for row in await session.scalars(statement.order_by(OfferMade.made_at.desc()))
    ]


async def answer(
    session: AsyncSession,
    party: PartyId,
    product: str,
    outcome: OfferOutcome,
    *,
    rules: OfferRules,
    by: AgentId,
    call: CallId | None = None,
) -> None:
    """Remember what the party said to one of its offers, which is not made again for a time.

    Raises PartyUnknown, FieldRefused for a `product` that is not to be offered now.
    """
    found = {one.product: one for one in await offers(session, party, rules)}
    match = found.get(product)
    if match is None:
        raise FieldRefused("product", "not_offered")
    now = moment(session)
    session.add(
        OfferMade(
            id=new_id(),
            party=party,
            product=product,
            need=match.need,
            outcome=outcome,
            call=call,
            made_at=now,
            made_by=by,
            quiet_until=now + rules.quiet[outcome],
        )
    )
    await session.flush()
    detail = {"product": product, "need": match.need}
    await _audit(session, Action.OFFER_MADE, party, by=by, reason=outcome, detail=detail)


async def _facts(session: AsyncSession, party: PartyId) -> ClientFacts:
    row = await session.get(Party, party)
    if row is None:
        raise PartyUnknown
    held = await holdings(session, party)
    own = [one for one in held if one.role in _OWN and one.status in _OPEN]
    return ClientFacts(
        kind=row.kind,
        tier=row.tier,
        has=frozenset(one.kind for one in own),
        overdue=red_strip(held).arrears,
    )


async def _audit(
    session: AsyncSession,
    action: Action,
    party: PartyId,
    *,
    by: AgentId,
    reason: str,
    detail: Mapping[str, str] | None = None,
) -> None:
    subject = Subject(kind="party", id=party)
    await record(session, action, actor=by, subject=subject, reason=reason, detail=detail)
