"""What the forms of applications send: bounded text, made into facts, acts and ballots."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident, LongText
from agent_ui.web.cards.query import given
from agent_ui.web.work import money_of
from crm_core.applications.application import ApplicationFacts, Ballot
from crm_core.applications.rights import Act
from crm_core.applications.states import ApplicationChannel, LoanPurpose, VoteChoice
from crm_core.errors import FieldRefused
from routing.ids import PartyId

Note = Annotated[LongText, Field()]
Version = Annotated[int | None, BeforeValidator(given)]
Amount = Annotated[str, Field(max_length=40)]
_LONGEST_TERM = 600


class NewForm(BaseModel):
    """An application as it is taken down; `co_applicant` is the id of another party, if any."""

    product: Annotated[str, Field(max_length=64)] = ""
    currency: Annotated[str, Field(max_length=3)] = "RUB"
    amount: Amount = ""
    term_months: Annotated[str, Field(max_length=4)] = ""
    purpose: LoanPurpose = LoanPurpose.CONSUMER
    channel: ApplicationChannel = ApplicationChannel.CALL
    co_applicant: Annotated[Ident | None, BeforeValidator(given)] = None

    def facts(self, party: str) -> ApplicationFacts:
        """Raises FieldRefused."""
        if not self.product:
            raise FieldRefused("product", "missing")
        term = self.term_months.strip()
        if not (term.isascii() and term.isdigit()) or not 1 <= int(term) <= _LONGEST_TERM:
            raise FieldRefused("term_months", "missing" if not term else "not_a_term")
        together = (PartyId(self.co_applicant),) if self.co_applicant else ()
        return ApplicationFacts(
            party=PartyId(party),
            product=self.product,
            amount=money_of("amount", self.amount, self.currency),
            term_months=int(term),
            purpose=self.purpose,
            channel=self.channel,
            co_applicants=together,
        )


class ActForm(BaseModel):
    """Something done with an application, as it was shown in this version."""

    act: Act
    version: Version = None
    note: Note = ""


class VoteForm(BaseModel):
    """A vote; a counter-offer names its amount."""

    choice: VoteChoice
    version: Version = None
    counter: Amount = ""
    note: Note = ""

    def ballot(self, currency: str) -> Ballot:
        """Raises FieldRefused."""
        offers = self.choice is VoteChoice.COUNTER
        counter = money_of("counter", self.counter, currency) if offers else None
        return Ballot(choice=self.choice, counter=counter, note=self.note)
