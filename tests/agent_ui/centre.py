"""A small call centre behind the browser's side: the real engine, SQL, sign-in and projection.

Only Asterisk is not there: tests tell the engine what Asterisk would tell, and the phones are a
fake that remembers what it was asked for.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from agent_ui.live.hub import Hub
from agent_ui.ports import SipAccount
from crm_core.cards import CardProjection, JournalEntry
from crm_core.catalogue import Catalogue, read_catalogue
from crm_core.database import Database
from crm_core.managers.assigning import assign_managers
from crm_core.models import PhoneRole, Role
from crm_core.parties.records import (
    PartyFacts,
    PersonName,
    add_organisation,
    add_person,
    add_phone,
)
from crm_core.staff.employees import Employee, hire, roster
from crm_core.staff.passwords import PasswordOptions, Passwords
from crm_core.staff.signin import SignIn, SignInOptions
from routing.facts import (
    CallEnded,
    Candidate,
    Fact,
    NodeConnected,
    NodeSynced,
    PhoneChanged,
    RosterLoaded,
)
from routing.ids import AgentId, CallId, PartyId, QueueId
from routing.notices import Notice
from routing.roster import QueueProfile, Roster
from routing.terms import EndReason, PhoneKind, PhoneState
from tests.routing.house import NODE, START, Exchange, House

PASSWORD = "a long enough password"
CHEAP = PasswordOptions(passes=1, memory_kib=64, lanes=1)
ORIGIN = "http://desk.test"
CLIENT_NUMBER = "+79161234567"
QUEUES = (
    QueueProfile(queue=QueueId("main"), name="Main"),
    QueueProfile(queue=QueueId("cards"), name="Cards"),
)
STAFF = {
    "anna": Role.MANAGER,
    "boris": Role.MANAGER,
    "clara": Role.AGENT,
    "kira": Role.COLLECTOR,
    "oleg": Role.CREDIT_OFFICER,
    "sofia": Role.SUPERVISOR,
    "admin": Role.ADMINISTRATOR,
}


class FakePhones:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.issued: list[tuple[AgentId, PhoneKind]] = []
        self.played: list[tuple[CallId, AgentId, str]] = []
        self.broken = False

    async def issue(self, agent: AgentId, kind: PhoneKind) -> SipAccount | None:
        if self.broken:
            raise ConnectionError
        self.issued.append((agent, kind))
        if kind is PhoneKind.DESK:
            return None
        return SipAccount(
            uri="sip:a1@pbx",
            authorization_user="a1",
            password=f"secret-{len(self.issued)}",
            ws_url="ws://pbx.test/ws",
            realm="tellerline",
            display_name="Anna",
        )

    async def digits(self, call: CallId, agent: AgentId, digits: str) -> None:
        self.played.append((call, agent, digits))


@dataclass(slots=True)
class Desks:
    """The routing loop, without waiting: each fact is decided and shown at once."""

    house: House = field(default_factory=House)
    hub: Hub | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with each fact that is handed in."""

    def submit(self, fact: Fact) -> None:
        before = len(self.house.decisions)
        self.house.apply(fact)
        self.show(before)
        self.news.set()

    def show(self, since: int) -> None:
        """Show what the decisions from this one on told."""
        for decision in self.house.decisions[since:]:
            if self.hub is not None and decision.notices:
                self.hub.show(decision.notices)

    def now(self) -> datetime:
        """The clock of the whole centre."""
        return self.house.now

    def notices(self) -> list[Notice]:
        return [notice for one in self.house.decisions for notice in one.notices]

    def read(self, after: str | None, limit: int) -> Sequence[JournalEntry]:
        """The journal, for the projection."""
        begin = int(after) + 1 if after else 0
        pairs = zip(self.house.facts, self.house.decisions, strict=True)
        entries = [JournalEntry(f"{i:09}", *pair) for i, pair in enumerate(pairs)]
        return entries[begin : begin + limit]


class Centre:
    """Employees, parties, engine and cards. `play` is everything Asterisk might tell."""

    def __init__(self, db: Database, desks: Desks, staff: dict[str, Employee]) -> None:
        self.db = db
        self.desks = desks
        self.house = desks.house
        self.exchange = Exchange(self.house)
        self.staff = staff
        self.phones = FakePhones()
        self.catalogue = catalogue()
        self.parties: dict[str, PartyId] = {}
        self.sign_in = SignIn(db, desks, SignInOptions(passwords=CHEAP))
        self.projection = CardProjection(db, desks)
        self.roster: Roster

    def id(self, name: str) -> AgentId:
        return self.staff[name].id

    def queue_ids(self) -> tuple[QueueId, ...]:
        """All queues of the roster."""
        return tuple(queue.queue for queue in self.roster.queues)

    async def drain(self) -> None:
        """Let SQL catch up with the journal."""
        await self.projection.drain()

    # ── What Asterisk tells ─────────────────────────────────────────────────────────────────

    def phone_ready(self, name: str) -> None:
        since = len(self.house.decisions)
        self.house.tell(PhoneChanged, agent=self.id(name), state=PhoneState.READY)
        self.desks.show(since)

    def ring(self, call: str = "pbx1-1.1", *, number: str | None = CLIENT_NUMBER) -> CallId:
        """A caller arrives and is identified."""
        since = len(self.house.decisions)
        who = (self.candidate("client"),) if number == CLIENT_NUMBER else ()
        arrived = self.house.arrive(call, who=who, number=number)
        self.desks.show(since)
        return arrived

    def answer(self) -> CallId:
        since = len(self.house.decisions)
        call = self.exchange.answer()
        self.desks.show(since)
        return call

    def carry_out(self) -> None:
        """Do the newest command of the engine."""
        since = len(self.house.decisions)
        self.exchange.carry_out()
        self.desks.show(since)

    def hang_up(self, call: CallId) -> None:
        since = len(self.house.decisions)
        self.exchange.hang_up(call)
        self.desks.show(since)

    def abandon(self, call: CallId) -> None:
        since = len(self.house.decisions)
        self.house.tell(CallEnded, call=call, reason=EndReason.CALLER)
        self.desks.show(since)

    def wait(self, seconds: float) -> None:
        since = len(self.house.decisions)
        self.house.wait(seconds)
        self.desks.show(since)

    def candidate(self, party: str) -> Candidate:
        return Candidate(
            party=self.parties[party],
            name="Иванова Анна",
            reason="own_number",
            managers=(self.id("anna"), self.id("boris")),
        )


async def open_centre(db: Database, desks: Desks) -> Centre:
    """Hire everybody, add two parties, load the roster, connect the node."""
    hashed = await Passwords(CHEAP).hash(PASSWORD)
    async with db.unit_of_work() as session:
        staff = {
            name: await hire(
                session,
                name,
                name=name.title(),
                role=role,
                language="en",
                password_hash=hashed,
                queues=[QueueId("main")] if role is Role.AGENT else [],
                by="test",
            )
            for name, role in STAFF.items()
        }
    centre = Centre(db, desks, staff)
    await _add_parties(centre)
    async with db.reading() as session:
        centre.roster = await roster(session, QUEUES)
    desks.house.tell(RosterLoaded, roster=centre.roster)
    desks.house.tell(NodeConnected, node=NODE)
    desks.house.tell(NodeSynced, node=NODE)
    desks.house.now = START + timedelta(seconds=1)
    return centre


async def _add_parties(centre: Centre) -> None:
    managers = [centre.id("anna"), centre.id("boris")]
    async with centre.db.unit_of_work() as session:
        name = PersonName(family="Иванова", given="Анна")
        client = await add_person(session, name, PartyFacts(language="ru"), by="test")
        await add_phone(session, client, CLIENT_NUMBER, region="RU", role=PhoneRole.MOBILE)
        await assign_managers(session, client, managers, by="test")
        firm = await add_organisation(session, "O'Neill & Co <b>", PartyFacts(), by="test")
    centre.parties = {"client": client, "firm": firm}


def catalogue() -> Catalogue:
    """The shipped catalogue."""
    file = Path(__file__).parents[2] / "config" / "catalogue.yaml"
    return read_catalogue(yaml.safe_load(file.read_text("utf-8")))
