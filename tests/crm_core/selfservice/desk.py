"""Clients with PINs for tests, set up as the bank sets them up."""

from dataclasses import dataclass, field

from crm_core.database import Database
from crm_core.models import Role
from crm_core.sealing import throwaway_keyring
from crm_core.selfservice import clients, codes, numbers, pin_requests
from crm_core.selfservice.clients import Account
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.selfservice.pin_requests import Ground
from crm_core.selfservice.pin_states import PinBasis
from crm_core.selfservice.pins import PinOutcome, Pins
from crm_core.staff.employees import Employee
from routing.ids import CallId, PartyId
from tests.crm_core.conftest import CHEAP, hired, person

PIN = "7391"
PHONE = "+79455550101"
OTHERS_PHONE = "+79455550999"
AT_DESK = Ground(basis=PinBasis.DOCUMENTS)


@dataclass(slots=True)
class Desk:
    """A bank with two employees, and the part that proves who calls."""

    db: Database
    asker: Employee
    approver: Employee
    hashes: PinHashes = field(default_factory=lambda: PinHashes(throwaway_keyring(), CHEAP))
    pins: Pins = field(init=False)

    def __post_init__(self) -> None:
        self.pins = Pins(self.db, self.hashes)

    async def account(self, entry: str, *suggested: PartyId) -> Account:
        async with self.db.reading() as session:
            return await clients.find(session, entry, suggested=suggested)

    async def of(self, party: PartyId) -> Account:
        async with self.db.reading() as session:
            return await clients.of_party(session, party)

    async def asked(self, party: PartyId, ground: Ground = AT_DESK) -> str:
        async with self.db.unit_of_work() as session:
            return await pin_requests.ask(session, party, ground, by=self.asker.id)

    async def approved(self, party: PartyId, ground: Ground = AT_DESK) -> str:
        request = await self.asked(party, ground)
        async with self.db.unit_of_work() as session:
            await pin_requests.approve(session, request, by=self.approver.id)
        return request

    async def code(self, party: PartyId) -> str:
        request = await self.approved(party)
        made = await codes.hand_out(self.db, self.hashes, request, by=self.asker.id)
        return made.code

    async def set_pin(self, party: PartyId, pin: str = PIN, *, call: str = "set-up-1") -> None:
        code, account = await self.code(party), await self.of(party)
        chosen = await self.pins.choose(account, code, pin, caller=PHONE, call=CallId(call))
        assert chosen.done

    async def number(self, party: PartyId) -> str:
        async with self.db.unit_of_work() as session:
            return await numbers.give(session, party)

    async def try_(
        self, account: Account, pin: str, *, caller: str | None = OTHERS_PHONE, call: str = "n-1.1"
    ) -> PinOutcome:
        return await self.pins.check(account, pin, caller=caller, call=CallId(call))


async def opened(db: Database) -> Desk:
    """The desk."""
    asker = await hired(db, "anna", Role.MANAGER)
    return Desk(db, asker=asker, approver=await hired(db, "daria", Role.SUPERVISOR))


async def client(db: Database, name: str = "Иванова", phone: str = PHONE) -> PartyId:
    """A client with a phone."""
    return await person(db, name, phone)
