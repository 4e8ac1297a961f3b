"""What erasure does with each table that tells of a party: a table, as of merges. Pure.

A text that somebody wrote or that names anybody is cleared; ids, codes, amounts and days are kept;
rows that are nothing but personal are dropped. A test holds this complete: each text column of each
table that leads to a party stands here, so a new one cannot be forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, or_, select, union_all

from crm_core.bank.terms import AgreementRole
from crm_core.models import AgreementParty, Base, DuplicatePair, PairState
from routing.ids import PartyId

Rows = Callable[[PartyId], ColumnElement[bool]]
"""The condition for the rows of a table that tell of the party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """Which rows of a table, which of their columns are cleared, and which texts may stay.

    Columns are told in words, apart by spaces. What is cleared becomes NULL where it may, an empty
    list where it is JSON, else the sign of what was erased, unless it was empty.
    """

    rows: Rows
    cleared: str = ""
    kept: str = ""
    dropped: bool = False
    columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named = frozenset(self.cleared.split()) | frozenset(self.kept.split())
        object.__setattr__(self, "columns", named)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _by(table: str, *columns: str) -> Rows:
    """The party itself stands in one of the columns."""
    return lambda party: or_(*(_table(table).c[one] == party for one in columns))


def _under(table: str, column: str, parent: str, *owners: str) -> Rows:
    """The row belongs to a row of another table that is the party's."""

    def rows(party: PartyId) -> ColumnElement[bool]:
        of = _table(parent)
        ids = select(of.c["id"]).where(_by(parent, *owners)(party))
        return _table(table).c[column].in_(ids)

    return rows


def _work(party: PartyId) -> ColumnElement[bool]:
    """History of the party's tasks, complaints, interests and deals, whose ids are all unique."""
    own: list[Select[Any]] = [
        select(_table(one).c["id"]).where(_by(one, "party")(party))
        for one in ("task", "complaint", "interest")
    ]
    own.append(select(_table("opportunity").c["id"]).where(_deals(party)))
    return _table("work_event").c["subject"].in_(union_all(*own))


def _entries(party: PartyId) -> ColumnElement[bool]:
    """Entries of the party's own agreements."""
    held = select(AgreementParty.agreement).where(
        AgreementParty.party == party, AgreementParty.role == AgreementRole.OWNER
    )
    return _table("ledger_entry").c["agreement"].in_(held)


def _open_pairs(party: PartyId) -> ColumnElement[bool]:
    row = DuplicatePair
    return or_(row.one == party, row.other == party) & (row.state == PairState.OPEN)


def _calls(party: PartyId) -> ColumnElement[bool]:
    """Calls with the party, and those of its numbers that nobody was chosen for."""
    card = _table("call_card").c
    guessed = (card["suggested_party"] == party) & card["party"].is_(None)
    return or_(card["party"] == party, card["verified_party"] == party, guessed)


_deals = _under("opportunity", "interest", "interest", "party")
_PERSON = (
    "family_name given_name middle_name birth_date birth_place died_on sex citizenship"
    " tax_id_sealed tax_id_key tax_id_hash tax_id_last4 education occupation employer"
    " employer_name monthly_income_minor monthly_expense_minor budget_currency dependants"
    " possessions"
)
_ORGANISATION = (
    "legal_name registration_number tax_id industry_code employees credit_rating founded_on"
)
_CARD_KEPT = (
    "node dialled queue suggested_party managers agent consulting offers routing callback_of"
    " answered_in position ivr_path topic disposition"
)

RULES: Mapping[str, TableRule] = MappingProxyType(
    {
        # Who the party is.
        "party": TableRule(
            rows=_by("party", "id"),
            cleared="display_name time_zone home_branch risk_level source source_key",
            kept="tier language",
        ),
        "person": TableRule(rows=_by("person", "party"), cleared=_PERSON),
        "organisation": TableRule(rows=_by("organisation", "party"), cleared=_ORGANISATION),
        "licence": TableRule(rows=_by("licence", "organisation"), dropped=True),
        "organisation_figure": TableRule(
            rows=_by("organisation_figure", "organisation"), kept="currency"
        ),
        "identity_document": TableRule(rows=_by("identity_document", "party"), dropped=True),
        "attachment": TableRule(rows=_by("attachment", "party"), dropped=True),
        "client_standing": TableRule(rows=_by("client_standing", "party"), kept="value why"),
        "segment_membership": TableRule(rows=_by("segment_membership", "party")),
        # How it is reached.
        "party_phone": TableRule(rows=_by("party_phone", "party"), dropped=True),
        "party_email": TableRule(rows=_by("party_email", "party"), dropped=True),
        "party_address": TableRule(rows=_by("party_address", "party"), dropped=True),
        "party_branch": TableRule(rows=_by("party_branch", "party")),
        "consent_event": TableRule(
            rows=_by("consent_event", "party"), cleared="evidence", kept="created_by"
        ),
        "blacklist_entry": TableRule(
            rows=_by("blacklist_entry", "party"), cleared="shown note", kept="value value_key"
        ),
        # To whom it is bound.
        "manager_assignment": TableRule(rows=_by("manager_assignment", "party")),
        "party_relationship": TableRule(
            rows=_by("party_relationship", "from_party", "to_party"), kept="source source_key"
        ),
        "party_group": TableRule(
            rows=_by("party_group", "head"), cleared="name", kept="source source_key"
        ),
        "party_group_member": TableRule(rows=_by("party_group_member", "party")),
        # What it is found and recognised by.
        "search_document": TableRule(rows=_by("search_document", "party"), dropped=True),
        "search_term": TableRule(rows=_by("search_term", "party"), dropped=True),
        "match_key": TableRule(rows=_by("match_key", "party"), dropped=True),
        "duplicate_pair": TableRule(
            rows=_by("duplicate_pair", "one", "other"),
            cleared="evidence reason",
            kept="decided_by",
        ),
        "party_merge": TableRule(
            rows=_by("party_merge", "winner", "loser"),
            cleared="reason",
            kept="merged_by undone_by",
        ),
        "merged_row": TableRule(
            rows=_under("merged_row", "merge", "party_merge", "winner", "loser"),
            kept="table_name column_name key",
        ),
        # What it has with the bank.
        "agreement_party": TableRule(rows=_by("agreement_party", "party")),
        "ledger_entry": TableRule(
            rows=_entries, cleared="text counterparty", kept="source source_key"
        ),
        "bank_card": TableRule(
            rows=_by("bank_card", "party"),
            cleared="embossed_name",
            kept="last4 branch source source_key",
        ),
        "credit_application": TableRule(
            rows=_by("credit_application", "party"),
            kept="number currency route stage informed_in_call source source_key created_by",
        ),
        "co_applicant": TableRule(rows=_by("co_applicant", "party")),
        "application_event": TableRule(
            rows=_under("application_event", "application", "credit_application", "party"),
            cleared="note",
            kept="actor move stage",
        ),
        "application_vote": TableRule(
            rows=_under("application_vote", "application", "credit_application", "party"),
            cleared="note",
        ),
        "application_document": TableRule(
            rows=_under("application_document", "application", "credit_application", "party"),
            kept="code",
        ),
        "decision_made": TableRule(rows=_by("decision_made", "party")),
        "collection_case": TableRule(
            rows=_by("collection_case", "party"),
            kept="strategy stage next_step score_version factors",
        ),
        "case_item": TableRule(
            rows=_under("case_item", "case", "collection_case", "party"), kept="currency"
        ),
        "case_event": TableRule(
            rows=_by("case_event", "party"),
            cleared="note",
            kept="actor kind step channel outcome call",
        ),
        "promise": TableRule(
            rows=_under("promise", "case", "collection_case", "party"),
            cleared="cancel_reason",
            kept="currency call",
        ),
        # Contacts and work.
        "call_card": TableRule(
            rows=_calls,
            cleared="number raw_number network_name candidates self_service caller_name essence"
            " follow_up",
            kept=_CARD_KEPT,
        ),
        "task": TableRule(
            rows=_by("task", "party"),
            cleared="title reason",
            kept="type subject source_key result_code created_by",
        ),
        "complaint": TableRule(
            rows=_by("complaint", "party"),
            cleared="essence resolution",
            kept="topic product call created_by",
        ),
        "interest": TableRule(
            rows=_by("interest", "party"), cleared="note", kept="product call created_by"
        ),
        "opportunity": TableRule(rows=_deals, kept="currency"),
        "need": TableRule(rows=_by("need", "party"), cleared="evidence", kept="code call noted_by"),
        "offer_made": TableRule(rows=_by("offer_made", "party"), kept="product need call"),
        "work_event": TableRule(
            rows=_work, cleared="note", kept="subject_kind subject actor move state"
        ),
        "opened_amounts": TableRule(rows=_by("opened_amounts", "party"), cleared="reason"),
        # What it proves itself with at the keypad.
        "client_number": TableRule(rows=_by("client_number", "party"), dropped=True),
        "telephone_pin": TableRule(rows=_by("telephone_pin", "party"), dropped=True),
        "pin_request": TableRule(rows=_by("pin_request", "party"), dropped=True),
        "pin_lockout": TableRule(rows=_by("pin_lockout", "party"), dropped=True),
        # What the core bank is told: facts of a client whom nobody may be told of any more.
        "outbox_message": TableRule(rows=_by("outbox_message", "subject"), dropped=True),
    }
)
"""By the name of a table. Order is of no matter: rows of other tables are found by ids alone."""

OPEN_PAIRS: Rows = _open_pairs
"""Pairs that nobody decided; an erased party is not compared, so they go."""

ON_THE_WAY = frozenset({"promise_allocation", "promise_exception"})
"""Tables that lead to a party over others and hold neither text nor anything personal."""
