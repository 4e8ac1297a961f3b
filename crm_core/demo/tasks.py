"""Gives the demo's employees something to do: tasks due, late and waiting, complaints, interests.

Once only: what is there stays, so that what somebody did in the demo is not undone by its next
start. Everything goes the way that the screens go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.complaints import handling
from crm_core.complaints.complaint import ComplaintFacts, Handling
from crm_core.complaints.states import ComplaintMove
from crm_core.interests import offering, registering
from crm_core.interests.interest import DealFacts, InterestFacts
from crm_core.models import Task
from crm_core.money import Money
from crm_core.tasks import moving
from crm_core.tasks.deviation import Deviation, Direction, task_of
from crm_core.tasks.states import Priority, SubjectKind, TaskMove, TaskSource
from crm_core.tasks.task import About, Doing, TaskFacts
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId

_BY = "demo"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """A task of an employee about a client, due so many hours after the seeding."""

    key: str
    owner: str
    client: str
    type: str
    title: str
    due_in: float
    priority: Priority = Priority.NORMAL
    waits: float | None = None
    begun: bool = False


_ERRANDS = (
    _Errand(
        key="schedule",
        owner="boris",
        client="kuznetsova",
        type="send_documents",
        title="График платежей по кредиту",
        due_in=-3,
        priority=Priority.HIGH,
    ),
    _Errand(
        key="deposit",
        owner="anna",
        client="ivanova",
        type="call_back",
        title="Спросить, что решила о вкладе на год",
        due_in=1,
        priority=Priority.HIGH,
    ),
    _Errand(
        key="transfer",
        owner="anna",
        client="obrien",
        type="follow_up",
        title="See whether the transfer abroad has arrived",
        due_in=-20,
        begun=True,
    ),
    _Errand(
        key="visit",
        owner="boris",
        client="sever",
        type="contact_client",
        title="Договориться о встрече по кредитной линии",
        due_in=6,
        waits=4,
    ),
    _Errand(
        key="papers",
        owner="igor",
        client="orion",
        type="other",
        title="Ask for the balance sheet of last year",
        due_in=2,
        priority=Priority.URGENT,
    ),
    _Errand(
        key="debt",
        owner="galina",
        client="kuznetsov",
        type="call_back",
        title="Обещал назвать день платежа",
        due_in=0.5,
    ),
)


async def give_work(
    session: AsyncSession,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    rules: WorkRules,
    now: datetime,
) -> None:
    """Seed the work, by the keys of clients and the usernames of employees."""
    first = f"{_BY}:{_ERRANDS[0].key}"
    if await session.scalar(select(Task.id).where(Task.source_key == first)) is not None:
        return
    for errand in _ERRANDS:
        await _order(session, errand, parties, agents, rules=rules, now=now)
    await _complain(session, parties, agents, rules=rules)
    await _be_interested(session, parties, agents, rules=rules, now=now)
    found = Deviation(
        subject=parties["orion"],
        indicator="turnover",
        period=f"{now:%Y-%m}",
        direction=Direction.LOW,
    )
    await task_of(session, found, owner=agents["boris"], party=parties["orion"], by=_BY)


async def _order(
    session: AsyncSession,
    errand: _Errand,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    rules: WorkRules,
    now: datetime,
) -> None:
    party, owner = parties[errand.client], agents[errand.owner]
    facts = TaskFacts(
        type=errand.type,
        title=errand.title,
        about=About(kind=SubjectKind.PARTY, id=party, party=party),
        due_at=now + errand.due_in * _HOUR,
        owner=owner,
        priority=errand.priority,
        source=TaskSource.AGENT,
        source_key=f"{_BY}:{errand.key}",
        estimate_min=rules.tasks.types[errand.type].estimate_min,
    )
    task = await moving.add(session, facts, by=owner)
    if errand.begun:
        doing = Doing(move=TaskMove.START)
        await moving.move(session, task, doing, rules=rules.tasks, by=owner)
    if errand.waits is not None:
        doing = Doing(move=TaskMove.WAIT, until=now + errand.waits * _HOUR)
        await moving.move(session, task, doing, rules=rules.tasks, by=owner)


async def _complain(
    session: AsyncSession,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    rules: WorkRules,
) -> None:
    """One complaint that nobody has taken, and one that is resolved and not told."""
    anna, boris = agents["anna"], agents["boris"]
    fee = ComplaintFacts(
        party=parties["lukianenko"],
        topic="fees",
        essence="Двічі списали комісію за переказ.",
        product="current",
        owner=boris,
    )
    await handling.register(session, rules, fee, by=agents["clara"])
    card = ComplaintFacts(
        party=parties["ivanova"],
        topic="card",
        essence="Карту заблокировали в поездке, по телефону ждала двадцать минут.",
        product="card",
    )
    key = await handling.register(session, rules, card, by=anna)
    answer = "Карта разблокирована; комиссия за снятие возвращена на счёт."
    for move in (ComplaintMove.TAKE, ComplaintMove.RESOLVE):
        words = answer if move is ComplaintMove.RESOLVE else ""
        doing = Handling(move=move, words=words)
        await handling.handle(session, key, doing, rules=rules.tasks, by=anna)


async def _be_interested(
    session: AsyncSession,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    rules: WorkRules,
    now: datetime,
) -> None:
    """An interest that waits for an answer, a deal under way, and needs that lead to offers."""
    flat = InterestFacts(
        party=parties["kuznetsov"], product="home", note="Спрашивал об ипотеке на новостройку."
    )
    await registering.register(session, flat, by=agents["clara"])
    line = InterestFacts(
        party=parties["orion"], product="turnover", note="Needs more for the spring season."
    )
    key = await registering.register(session, line, by=agents["boris"])
    worth = DealFacts(
        value=Money.parse("400000", "USD"), expected_close=(now + timedelta(days=21)).date()
    )
    await registering.qualify(session, key, worth, rules=rules.tasks, by=agents["boris"])
    for client, need, evidence in (
        ("ivanova", "save", "Говорила, что копит на обучение дочери."),
        ("ivanova", "own_home", "Ищет квартиру ближе к работе."),
        ("obrien", "keep_value", "Asked how to protect dollars from inflation."),
    ):
        await offering.note_need(
            session,
            parties[client],
            need,
            evidence=evidence,
            rules=rules.offers,
            by=agents["anna"],
        )
