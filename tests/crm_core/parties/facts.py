"""Facts for the rules of the panel: a client of whom nothing is known but what a test adds."""

from datetime import timedelta
from typing import Any

from crm_core.bank.holdings import CardHeld, Holding, Standing
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    range_of,
)
from crm_core.cards.card import CardSummary
from crm_core.models import PartyKind
from crm_core.money import Money
from crm_core.parties.known import Known
from routing.ids import AgentId, CallId, PartyId, QueueId
from routing.terms import CallState, Match
from tests.crm_core.conftest import START

TODAY = START.date()
DAY = timedelta(days=1)


def known(**facts: Any) -> Known:
    """A person whom we hear of for the first time."""
    nothing = {"birth_date": None, "holdings": (), "cards": (), "contacts": ()}
    return Known(**{"now": START, "kind": PartyKind.PERSON, **nothing, **facts})


def loan(*, dpd: int = 0, due_in: int | None = None, paused: bool = False, **facts: Any) -> Holding:
    """A loan that is `dpd` days past due, or whose next payment is due in so many days."""
    standing = Standing(
        business_date=TODAY,
        dpd=dpd,
        range=range_of(dpd),
        paused=paused,
        oldest_due_on=TODAY - dpd * DAY if dpd else None,
        next_due_on=None if due_in is None else TODAY + due_in * DAY,
        last_paid_on=None,
        overdue=Money(11_200 if dpd else 0, "RUB"),
        owed=Money(120_000, "RUB"),
        next_due=None if due_in is None else Money(11_200, "RUB"),
        last_paid=None,
        as_of=START,
    )
    given = {
        "agreement": "loan-1",
        "kind": AgreementKind.LOAN,
        "status": AgreementStatus.ACTIVE,
        "role": AgreementRole.OWNER,
        "product_code": "loan",
        "product_names": {"en": "Loan"},
        "currency": "RUB",
        "last4": "1234",
        "opened_on": TODAY,
        "closed_on": None,
        "branch": "",
        "as_of": START,
        "balance": None,
        "standing": standing,
        "masked": False,
    }
    return Holding(**{**given, **facts})


def card(status: CardStatus, **facts: Any) -> CardHeld:
    given = {
        "card": "card-1",
        "agreement": "account-1",
        "holder": PartyId("anna"),
        "network": CardNetwork.MIR,
        "status": status,
        "last4": "4321",
        "embossed_name": "ANNA",
        "issued_on": None,
        "expires_on": TODAY + 400 * DAY,
        "branch": "Tverskaya",
        "ready_at_branch_on": TODAY - DAY,
        "reissue_offer_on": None,
        "as_of": START,
    }
    return CardHeld(**{**given, **facts})


def call(state: CallState, *, minutes_ago: int, topic: str = "") -> CardSummary:
    """An earlier call; it was answered unless it was abandoned."""
    at = START - timedelta(minutes=minutes_ago)
    return CardSummary(
        call=CallId(f"c-{minutes_ago}"),
        state=state,
        number="+79455550101",
        queue=QueueId("service"),
        match=Match.ONE,
        suggested_party=PartyId("anna"),
        suggested_name="Anna",
        arrived_at=at,
        answered_at=None if state is CallState.ABANDONED else at,
        ended_at=at,
        agent=AgentId("boris"),
        agent_name="Boris",
        party=None,
        party_name=None,
        caller_name="",
        topic=topic,
        essence="",
        disposition="",
        completed_at=None,
    )
