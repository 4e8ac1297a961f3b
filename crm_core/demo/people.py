"""Puts the demo bank into a database, as often as wanted: what is there stays as it is.

Passwords come from the caller and are set anew each time; none is ever known here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.cards.rows import card_row, write_rows
from crm_core.collections.strategy import CollectionRules
from crm_core.database import Database
from crm_core.demo.accounts import endow
from crm_core.demo.applications import apply_for_credit
from crm_core.demo.bank import (
    BRANCHES,
    CALLS,
    CLIENTS,
    EMPLOYEES,
    SOURCE,
    Client,
    Hire,
    PastCall,
)
from crm_core.demo.collections import collect
from crm_core.demo.keypads import set_pins
from crm_core.demo.tasks import give_work
from crm_core.managers.assigning import assign_managers
from crm_core.models import CallCard, EmployeeRow, Party, PhoneNumber, Role
from crm_core.parties.records import (
    PartyFacts,
    PersonName,
    add_organisation,
    add_person,
    add_phone,
)
from crm_core.phones import normalise
from crm_core.sealing import KeyringOptions, NumberSeal, throwaway_keyring
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.staff.branches import BranchFacts, add_branch, branches
from crm_core.staff.employees import hire, set_password
from crm_core.staff.passwords import PasswordOptions, Passwords
from crm_core.work_rules import WorkRules
from routing.facts import Candidate
from routing.ids import AgentId, CallId, NodeId, OfferId, PartyId, QueueId, SkillId
from routing.notices import CallView, OfferView
from routing.ports import Clock
from routing.terms import (
    Basis,
    CallState,
    EndReason,
    Match,
    OfferKind,
    OfferOutcome,
    WrapUpMode,
)

USERNAMES = tuple(employee.username for employee in EMPLOYEES if not employee.away)
"""Who signs in; `seed` needs a password for each."""

_BY = SOURCE
_REGION = "RU"
_QUEUE = QueueId("service")
_NOBODY = "!"
_WAITED = timedelta(seconds=9)
_WRAPPED_UP = timedelta(seconds=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEmployee:
    """Who can sign in to the demo."""

    username: str
    name: str
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCaller:
    """Whose number a demo call can come from. `parties` are all that use it; the client number and
    PIN are of the only one, where he can serve himself."""

    number: str
    parties: tuple[str, ...]
    client_number: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBank:
    """What the demo offers."""

    employees: tuple[DemoEmployee, ...]
    callers: tuple[DemoCaller, ...]


async def seed(
    db: Database,
    clock: Clock,
    *,
    passwords: Mapping[str, str],
    pins: Mapping[str, str] | None = None,
    queue: QueueId = _QUEUE,
    hashing: PasswordOptions | None = None,
    keyring: KeyringOptions | None = None,
    work: WorkRules | None = None,
    collecting: CollectionRules | None = None,
) -> DemoBank:
    """Fill the database, all or nothing. `queue` is the one that the pool agent serves.

    `passwords` must have one for each of USERNAMES; `pins` are of clients, by their keys. Without a
    `keyring` the made-up account numbers are sealed with a key that is thrown away; without the
    rules of the `work` nobody has anything to do, and without those of `collecting` no debtor has a
    case.

    Raises KeyError, PasswordRefused.
    """
    ring = keyring or throwaway_keyring()
    hasher, seal = Passwords(hashing), NumberSeal(ring)
    hashes = {name: await hasher.hash(passwords[name]) for name in USERNAMES}
    async with db.unit_of_work() as session:
        agents = {one.username: await _employ(session, one, hashes, queue) for one in EMPLOYEES}
        known = await _known_parties(session)
        await _build(session)
        parties = {
            one.key: known.get(one.key) or await _enrol(session, one, agents) for one in CLIENTS
        }
        await _mark_made_up(session)
        for call in CALLS:
            await _remember(session, call, parties, agents, now=clock.now(), queue=queue)
        await endow(session, parties, now=clock.now(), seal=seal)
        keypads = await set_pins(session, parties, pins or {}, PinHashes(ring))
        await apply_for_credit(session, parties)
        if work is not None:
            await give_work(session, parties, agents, rules=work, now=clock.now())
        if collecting is not None:
            await collect(session, parties, agents, rules=collecting, now=clock.now())
    return DemoBank(
        employees=_signing_in(passwords),
        callers=_callers(pins or {}, keypads),
    )


def _signing_in(passwords: Mapping[str, str]) -> tuple[DemoEmployee, ...]:
    return tuple(
        DemoEmployee(
            username=one.username, name=one.name, role=one.role, password=passwords[one.username]
        )
        for one in EMPLOYEES
        if not one.away
    )


async def _employ(
    session: AsyncSession, one: Hire, hashes: Mapping[str, str], queue: QueueId
) -> AgentId:
    password_hash = hashes.get(one.username, _NOBODY)
    found = select(EmployeeRow.id).where(EmployeeRow.username == one.username)
    employee = await session.scalar(found)
    if employee is not None:
        await set_password(session, employee, password_hash=password_hash, by=_BY)
        return employee
    hired = await hire(
        session,
        one.username,
        name=one.name,
        role=one.role,
        language=one.language,
        password_hash=password_hash,
        queues=[*([queue] if one.in_pool else []), *map(QueueId, one.queues)],
        skills={SkillId(skill): level for skill, level in one.skills},
        by=_BY,
    )
    return hired.id


async def _build(session: AsyncSession) -> None:
    """The branches, those that are not there yet."""
    known = {one.code for one in await branches(session)}
    for code, name, address in BRANCHES:
        if code not in known:
            await add_branch(session, BranchFacts(code=code, name=name, address=address), by=_BY)


async def _mark_made_up(session: AsyncSession) -> None:
    """Let no dialler call the demo's numbers on a real trunk."""
    numbers = {_number(raw) for client in CLIENTS for raw, _role in client.phones}
    mine = PhoneNumber.e164.in_(numbers)
    await session.execute(update(PhoneNumber).where(mine).values(synthetic=True))


async def _known_parties(session: AsyncSession) -> dict[str, PartyId]:
    statement = select(Party.source_key, Party.id).where(Party.source == _BY)
    return {key: party for key, party in await session.execute(statement) if key}


async def _enrol(session: AsyncSession, one: Client, agents: Mapping[str, AgentId]) -> PartyId:
    facts = PartyFacts(
        status=one.status,
        tier=one.tier,
        language=one.language,
        vip=one.vip,
        source=_BY,
        source_key=one.key,
    )
    if isinstance(one.name, PersonName):
        party = await add_person(session, one.name, facts, by=_BY)
    else:
        party = await add_organisation(session, one.name, facts, legal_name=one.legal_name, by=_BY)
    for rank, (raw, role) in enumerate(one.phones, start=1):
        await add_phone(session, party, raw, region=_REGION, role=role, rank=rank)
    if one.managers:
        await assign_managers(session, party, [agents[name] for name in one.managers], by=_BY)
    return party


async def _remember(
    session: AsyncSession,
    call: PastCall,
    parties: Mapping[str, PartyId],
    agents: Mapping[str, AgentId],
    *,
    now: datetime,
    queue: QueueId,
) -> None:
    known = await session.scalar(select(CallCard.call).where(CallCard.call == call.key))
    if known is not None:
        return
    view = _view(call, parties[call.client], agents[call.agent], now=now, queue=queue)
    await write_rows(session, [card_row(view, position="", recorded_at=now)])
    if not call.disposition:
        return
    client = _client(call.client)
    card = update(CallCard).where(CallCard.call == view.call)
    await session.execute(
        card.values(
            party=parties[call.client],
            caller_name=_name(client),
            topic=call.topic,
            essence=call.essence,
            disposition=call.disposition,
            completed_at=view.closed_at,
            completed_by=view.agent,
            saved_at=view.closed_at,
            saved_by=view.agent,
            state=CallState.CLOSED,
            rev=1,
        )
    )


def _view(
    call: PastCall, party: PartyId, agent: AgentId, *, now: datetime, queue: QueueId
) -> CallView:
    client = _client(call.client)
    number = _number(client.phones[0][0])
    arrived_at = now - call.ago
    answered_at = arrived_at + _WAITED
    ended_at = answered_at + call.talked
    return CallView(
        call=CallId(call.key),
        node=NodeId("demo"),
        version=1,
        state=CallState.CLOSED_INCOMPLETE,
        number=number,
        raw_number=number,
        caller_name="",
        dialled="100",
        queue=queue,
        match=Match.ONE,
        candidates=(Candidate(party=party, name=_name(client), reason="mobile_number"),),
        managers=(),
        arrived_at=arrived_at,
        queued_at=arrived_at,
        answered_at=answered_at,
        ended_at=ended_at,
        wrap_up_deadline=None,
        wrap_up_mode=WrapUpMode.TIMED,
        closed_at=ended_at + _WRAPPED_UP,
        held_since=None,
        held_seconds=0,
        end_reason=EndReason.CALLER,
        agent=agent,
        consulting=None,
        consult_connected=False,
        offers=(_answered_offer(call, client, agent, arrived_at),),
        transfers=0,
        fell_back=False,
    )


def _answered_offer(
    call: PastCall, client: Client, agent: AgentId, arrived_at: datetime
) -> OfferView:
    pool = call.basis is Basis.QUEUE_POOL
    return OfferView(
        offer=OfferId(f"{call.key}-o1"),
        agent=agent,
        kind=OfferKind.CALL,
        basis=call.basis,
        rank=None if pool else client.managers.index(call.agent) + 1,
        made_at=arrived_at + timedelta(seconds=1),
        outcome=OfferOutcome.ANSWERED,
        ended_at=arrived_at + _WAITED,
        passed_over=(),
    )


def _callers(pins: Mapping[str, str], keypads: Mapping[str, str]) -> tuple[DemoCaller, ...]:
    users: dict[str, list[Client]] = {}
    for client in CLIENTS:
        for raw, _role in client.phones:
            users.setdefault(_number(raw), []).append(client)
    return tuple(_caller(number, users[number], pins, keypads) for number in sorted(users))


def _caller(
    number: str, users: Sequence[Client], pins: Mapping[str, str], keypads: Mapping[str, str]
) -> DemoCaller:
    alone = users[0].key if len(users) == 1 else ""
    return DemoCaller(
        number=number,
        parties=tuple(_name(user) for user in users),
        client_number=keypads.get(alone, ""),
        pin=pins.get(alone, ""),
    )


def _client(key: str) -> Client:
    return next(client for client in CLIENTS if client.key == key)


def _name(client: Client) -> str:
    return client.name if isinstance(client.name, str) else client.name.whole


def _number(raw: str) -> str:
    number = normalise(raw, _REGION)
    if number is None:
        raise ValueError(f"the demo bank has no such number: {raw}")
    return number
