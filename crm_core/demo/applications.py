"""The demo bank's credit applications: one in each telling situation, brought there by real acts.

Everything happens at the moment of the seeding; what is to lie in the past is moved there after it,
all of an application by the same span.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import ApplicationFacts, Ballot
from crm_core.applications.deciding import vote
from crm_core.applications.moving import act, receive
from crm_core.applications.records import add_application
from crm_core.applications.rights import Act
from crm_core.applications.states import ApplicationChannel, LoanPurpose, VoteChoice
from crm_core.bank.terms import VerificationLevel, VerifiedHow
from crm_core.models import (
    ApplicationDocument,
    ApplicationEvent,
    ApplicationVote,
    CallCard,
    CreditApplication,
    DecisionMade,
    EmployeeRow,
    SlaClock,
)
from crm_core.money import Money
from crm_core.staff.employees import Employee, as_employee
from routing.ids import CallId, PartyId

_SOURCE = "demo"
_MAKER, _OFFICER = "boris", "igor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An application: acts in their order by whom, and how long ago the last of them was."""

    key: str
    client: str
    amount: str
    currency: str = "RUB"
    term_months: int = 24
    purpose: LoanPurpose = LoanPurpose.CONSUMER
    channel: ApplicationChannel = ApplicationChannel.BRANCH
    papers: bool = True
    acts: tuple[tuple[Act, str, str], ...] = ()
    choice: VoteChoice | None = None
    counter: str = ""
    ago: timedelta = timedelta()
    told_in: str = ""


_SUBMIT, _TAKE = (Act.SUBMIT, _MAKER, ""), (Act.TAKE, _OFFICER, "")
_PASS = (Act.PASS, _OFFICER, "")
_DECIDING = (_SUBMIT, _TAKE, _PASS, _PASS)

ASKED = (
    Asked(key="draft", client="yolkina", amount="90000", papers=False),
    Asked(key="just-in", client="kuznetsova", amount="250000", acts=(_SUBMIT,)),
    Asked(
        key="late",
        client="sever",
        amount="1800000",
        purpose=LoanPurpose.WORKING_CAPITAL,
        acts=(_SUBMIT, _TAKE, _PASS, _PASS),
        ago=timedelta(days=4),
    ),
    Asked(
        key="asked-client",
        client="obrien",
        amount="3000",
        currency="USD",
        channel=ApplicationChannel.ONLINE,
        acts=(
            _SUBMIT,
            _TAKE,
            (Act.ASK_CLIENT, _OFFICER, "The employer's name on the form is not readable."),
        ),
        ago=timedelta(hours=3),
    ),
    Asked(key="to-vote", client="sokolova", amount="400000", acts=_DECIDING),
    Asked(
        key="just-decided",
        client="ivanova",
        amount="450000",
        acts=_DECIDING,
        choice=VoteChoice.APPROVE,
        ago=timedelta(minutes=5),
    ),
    Asked(
        key="told",
        client="orion",
        amount="300000",
        purpose=LoanPurpose.EQUIPMENT,
        acts=_DECIDING,
        choice=VoteChoice.COUNTER,
        counter="200000",
        ago=timedelta(hours=21),
        told_in="demo-1.5",
    ),
)


async def apply_for_credit(session: AsyncSession, parties: Mapping[str, PartyId]) -> None:
    """Take the applications down that are not there yet; `parties` by their keys."""
    known = select(CreditApplication.source_key).where(CreditApplication.source == _SOURCE)
    there = set(await session.scalars(known))
    staff = await _staff(session)
    for one in ASKED:
        if one.key not in there:
            await _ask(session, one, parties[one.client], staff)


async def _staff(session: AsyncSession) -> dict[str, Employee]:
    wanted = EmployeeRow.username.in_((_MAKER, _OFFICER))
    rows = await session.scalars(select(EmployeeRow).where(wanted))
    return {row.username: as_employee(row) for row in rows}


async def _ask(
    session: AsyncSession, one: Asked, party: PartyId, staff: Mapping[str, Employee]
) -> None:
    facts = ApplicationFacts(
        party=party,
        product="cash",
        amount=Money.parse(one.amount, one.currency),
        term_months=one.term_months,
        purpose=one.purpose,
        channel=one.channel,
        source=_SOURCE,
        source_key=one.key,
    )
    key = await add_application(session, facts, by=staff[_MAKER].id)
    if one.papers:
        await _papers(session, key, staff[_MAKER])
    for wanted, by, note in one.acts:
        await act(session, key, wanted, by=staff[by], note=note)
    if one.choice is not None:
        counter = Money.parse(one.counter, one.currency) if one.counter else None
        note = "Income allows a part of it." if counter else ""
        ballot = Ballot(choice=one.choice, counter=counter, note=note)
        await vote(session, key, ballot, by=staff[_OFFICER])
    await _write_back(session, key, one.ago)
    if one.told_in:
        await _told(session, key, party, CallId(one.told_in))


async def _papers(session: AsyncSession, application: str, by: Employee) -> None:
    mine = ApplicationDocument.application == application
    for code in list(await session.scalars(select(ApplicationDocument.code).where(mine))):
        await receive(session, application, code, by=by)


async def _write_back(session: AsyncSession, application: str, ago: timedelta) -> None:
    """Let all of it have happened so long ago."""
    places = (
        (CreditApplication, CreditApplication.id, ("created_at", "updated_at", "decided_at")),
        (ApplicationEvent, ApplicationEvent.application, ("at",)),
        (ApplicationVote, ApplicationVote.application, ("at",)),
        (ApplicationDocument, ApplicationDocument.application, ("received_at",)),
        (DecisionMade, DecisionMade.application, ("at",)),
        (
            SlaClock,
            SlaClock.subject,
            ("started_at", "warn_at", "due_at", "paused_since", "met_at"),
        ),
    )
    for table, key, names in places:
        for row in list(await session.scalars(select(table).where(key == application))):
            for name in names:
                at = getattr(row, name)
                setattr(row, name, None if at is None else at - ago)
    await session.flush()


async def _told(session: AsyncSession, application: str, party: PartyId, call: CallId) -> None:
    """The client knows since that call, in which the agent had made sure who it was."""
    card = (await session.scalars(select(CallCard).where(CallCard.call == call))).one()
    card.verification, card.verified_party = int(VerificationLevel.KNOWLEDGE), party
    card.verified_by, card.verified_at = card.agent, card.answered_at
    card.verified_how = VerifiedHow.AGENT
    await session.flush()
    told = {"client_informed_at": card.answered_at, "informed_in_call": call}
    mine = CreditApplication.id == application
    await session.execute(update(CreditApplication).where(mine).values(**told))
