"""A credit desk for the tests: a client, products, people, and applications at any stage."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_core.applications.application import ApplicationFacts, Ballot, Whole
from crm_core.applications.deciding import vote
from crm_core.applications.moving import act, receive
from crm_core.applications.reading import whole
from crm_core.applications.records import add_application
from crm_core.applications.rights import Act
from crm_core.applications.states import ApplicationChannel, LoanPurpose, VoteChoice
from crm_core.bank.products import VersionTerms, add_product, add_version
from crm_core.bank.terms import AgreementKind, ProductStatus
from crm_core.database import Database
from crm_core.models import Role
from crm_core.money import Money
from crm_core.staff.employees import Employee
from routing.ids import PartyId
from tests.crm_core.conftest import hired, person

SMALL, MIDDLE, LARGE = (Money(amount * 100, "RUB") for amount in (100_000, 2_000_000, 9_000_000))


@dataclass(frozen=True, slots=True)
class Desk:
    """Two managers who take applications down and three who decide; `agent` only looks."""

    db: Database
    party: PartyId
    staff: dict[str, Employee]

    async def apply(self, amount: Money = SMALL, by: str = "mila") -> str:
        facts = ApplicationFacts(
            party=self.party,
            product="cash",
            amount=amount,
            term_months=24,
            purpose=LoanPurpose.CONSUMER,
            channel=ApplicationChannel.CALL,
        )
        async with self.db.unit_of_work() as session:
            return await add_application(session, facts, by=self.staff[by].id)

    async def do(self, application: str, wanted: Act, by: str, note: str = "a note") -> None:
        async with self.db.unit_of_work() as session:
            await act(session, application, wanted, by=self.staff[by], note=note)

    async def papers(self, application: str, by: str = "mila") -> None:
        for paper in (await self.see(application)).papers:
            async with self.db.unit_of_work() as session:
                await receive(session, application, paper.code, by=self.staff[by])

    async def vote(
        self,
        application: str,
        by: str,
        choice: VoteChoice = VoteChoice.APPROVE,
        counter: Money | None = None,
    ) -> None:
        ballot = Ballot(choice=choice, counter=counter, note="because")
        async with self.db.unit_of_work() as session:
            await vote(session, application, ballot, by=self.staff[by])

    async def see(self, application: str, by: str = "olga") -> Whole:
        async with self.db.reading() as session:
            return await whole(session, application, self.staff[by])

    async def to_last_stage(self, application: str, *, maker: str = "mila") -> None:
        """Submitted by the maker and taken through its stages by others who may."""
        await self.papers(application, maker)
        await self.do(application, Act.SUBMIT, maker)
        await self.do(application, Act.TAKE, "olga")
        while not (await self._stage_votes(application)):
            seen = await self.see(application)
            stage = seen.route.stage(str(seen.line.stage))
            await self.do(application, Act.PASS, "nina" if stage.recommends else "olga")

    async def _stage_votes(self, application: str) -> int:
        seen = await self.see(application)
        return seen.route.stage(str(seen.line.stage)).votes


async def desk(db: Database) -> Desk:
    async with db.unit_of_work() as session:
        product = await add_product(session, "cash", family=AgreementKind.LOAN, names={"en": "C"})
        terms = VersionTerms(currency="RUB", starts_on=date(2020, 1, 1), rate=Decimal("0.2"))
        await add_version(session, product, terms, status=ProductStatus.ACTIVE)
    roles = {
        "mila": Role.MANAGER,
        "nina": Role.MANAGER,
        "olga": Role.CREDIT_OFFICER,
        "pavel": Role.CREDIT_OFFICER,
        "rita": Role.CREDIT_OFFICER,
        "agent": Role.AGENT,
    }
    staff = {name: await hired(db, name, role) for name, role in roles.items()}
    return Desk(db=db, party=await person(db, "Ivanova", "+79161234567"), staff=staff)
