"""The values and refusals of credit applications. Only shapes: no query, no rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.applications.rights import Act, WhyNot
from crm_core.applications.routes import Route
from crm_core.applications.states import (
    ApplicationChannel,
    ApplicationState,
    LoanPurpose,
    VoteChoice,
)
from crm_core.errors import Refused, Unknown
from crm_core.money import Money
from crm_core.worktime.clocks import Reading
from routing.ids import AgentId, CallId, PartyId

KIND = "application"
"""What an application is called in the audit, by clocks and by tasks."""

WHOLE, STAGE = "decision", "stage"
"""Metrics of its clocks: to the decision, and of the stage where it stands."""

LONGEST_NOTE = 1_000
MOST_CO_APPLICANTS = 5


class ApplicationUnknown(Unknown):
    """There is no such application."""

    code = "application_unknown"


class ApplicationStale(Refused):
    """Somebody else changed it meanwhile: what was shown is no longer true."""

    code = "stale"


class ProductNotOffered(Refused):
    """The product has no terms in this currency today."""

    code = "product_not_offered"


class TellingRefused(Refused):
    """The call does not prove that the applicant himself was told."""

    code = "telling_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """What is applied for. `product` is its code."""

    party: PartyId
    product: str
    amount: Money
    term_months: int
    purpose: LoanPurpose
    channel: ApplicationChannel
    co_applicants: tuple[PartyId, ...] = ()
    source: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A vote as it is cast; a counter-offer names the `counter` amount."""

    choice: VoteChoice
    counter: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An application in a list. `clocks` are by metric; `approved` is None unless decided so."""

    id: str
    number: str
    party: PartyId
    party_name: str
    product: str
    product_names: Mapping[str, str]
    amount: Money
    term_months: int
    state: ApplicationState
    stage: str | None
    owner: AgentId | None
    owner_name: str | None
    decision: VoteChoice | None
    decided_at: datetime | None
    approved: Money | None
    decision_expires_on: date | None
    client_informed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    clocks: Mapping[str, Reading]

    @property
    def clock(self) -> Reading | None:
        """The clock that matters now: of the stage while it stands at one, else to the decision."""
        return self.clocks.get(STAGE if self.stage else WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """A vote of the round that is held now, or was held last."""

    voter: AgentId
    voter_name: str
    choice: VoteChoice
    counter: Money | None
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the checklist."""

    code: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened to an application; `actor` is a name, empty for the timer."""

    at: datetime
    move: str
    state: ApplicationState
    stage: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An application, whole, and what this viewer may do with it: None where he may."""

    line: Line
    purpose: LoanPurpose
    channel: ApplicationChannel
    created_by: str
    co_applicants: tuple[tuple[PartyId, str], ...]
    route: Route
    route_version: int
    votes: tuple[CastVote, ...]
    papers: tuple[Paper, ...]
    history: tuple[Happened, ...]
    acts: Mapping[Act, WhyNot | None]
    informed_in_call: CallId | None
