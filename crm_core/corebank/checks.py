"""What a row may not contradict itself in: one check an entity, each names the column at fault.

The tables have the same rules as constraints; told here, a wrong row costs a line in a report
instead of a failed statement. Pure.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from crm_core.bank.schedule import LONGEST_TERM
from crm_core.bank.terms import Component
from crm_core.corebank.names import EntityName

Values = Mapping[str, Any]
Check = Callable[[Values], str | None]

_SETTLED = ("paid", "waived", "written_off")
_LAST_DIGITS = 4
_GRANTED = frozenset({"approved", "counter_offer", "disbursed", "expired"})
_DECIDED = _GRANTED | {"declined"}


def _ordered(values: Values, first: str, later: str) -> bool:
    """Whether the two days, if both are told, stand in this order."""
    begin, end = values[first], values[later]
    return begin is None or end is None or begin < end


def _product(values: Values) -> str | None:
    if not _ordered(values, "starts_on", "ends_before"):
        return "ends_before"
    for least, most in (("min_amount", "max_amount"), ("min_term_months", "max_term_months")):
        low, high = values[least], values[most]
        if low is not None and high is not None and high < low:
            return most
    return None


def _party(values: Values) -> str | None:
    if values["kind"] == "person":
        return None if values["family_name"] or values["given_name"] else "family_name"
    return None if values["name"] or values["legal_name"] else "name"


def _phone(values: Values) -> str | None:
    return None if values["rank"] >= 1 else "rank"


def _relationship(values: Values) -> str | None:
    if values["from_key"] == values["to_key"]:
        return "to_key"
    return None if _ordered(values, "valid_from", "valid_to") else "valid_to"


def _agreement(values: Values) -> str | None:
    closed, opened = values["closed_on"], values["opened_on"]
    if (values["status"] == "closed") != (closed is not None):
        return "closed_on"
    return "closed_on" if closed is not None and closed < opened else None


def _agreement_party(values: Values) -> str | None:
    return None if _ordered(values, "starts_on", "ends_before") else "ends_before"


def _loan(values: Values) -> str | None:
    if values["principal"] <= 0:
        return "principal"
    if not 1 <= values["term_months"] <= LONGEST_TERM:
        return "term_months"
    return "maturity_on" if values["maturity_on"] < values["disbursed_on"] else None


def _instalment(values: Values) -> str | None:
    owed = 0
    for one in Component:
        parts = [values[f"{one}_{how}"] for how in _SETTLED]
        left = values[f"{one}_due"] - sum(parts)
        if min(*parts, left) < 0:
            return f"{one}_due"
        owed += left
    if values["n"] < 1:
        return "n"
    return "met_on" if owed and values["met_on"] is not None else None


def _arrears(values: Values) -> str | None:
    overdue = [values[f"overdue_{one}"] for one in Component]
    if min(overdue) < 0:
        return "overdue_principal"
    if not values["paused"] and (values["dpd"] == 0) != (sum(overdue) == 0):
        return "dpd"
    for day, amount in (("next_due_on", "next_due"), ("last_paid_on", "last_paid")):
        if (values[day] is None) != (values[amount] is None):
            return amount
    return None


def _entry(values: Values) -> str | None:
    if not values["amount"]:
        return "amount"
    takes_back = values["reversal_of_key"] is not None
    return None if (values["kind"] == "reversal") == takes_back else "reversal_of_key"


def _card(values: Values) -> str | None:
    if len(values["last4"]) != _LAST_DIGITS or not values["last4"].isdecimal():
        return "last4"
    if values["issued_on"] is not None and values["expires_on"] < values["issued_on"]:
        return "expires_on"
    ready = values["status"] == "ready"
    return "ready_at_branch_on" if ready and values["ready_at_branch_on"] is None else None


def _application(values: Values) -> str | None:
    if values["amount"] <= 0:
        return "amount"
    if not 1 <= values["term_months"] <= LONGEST_TERM:
        return "term_months"
    decided, approved = values["decided_at"], values["approved_amount"]
    if decided is not None and decided < values["submitted_at"]:
        return "decided_at"
    if decided is None and (approved is not None or values["state"] in _DECIDED):
        return "decided_at"
    if approved is None:
        return "approved_amount" if values["state"] in _GRANTED else None
    if not 0 < approved <= values["amount"]:
        return "approved_amount"
    return "decision_expires_on" if values["decision_expires_on"] is None else None


CHECKS: Mapping[EntityName, Check] = MappingProxyType(
    {
        EntityName.PRODUCT: _product,
        EntityName.PARTY: _party,
        EntityName.PARTY_PHONE: _phone,
        EntityName.RELATIONSHIP: _relationship,
        EntityName.AGREEMENT: _agreement,
        EntityName.AGREEMENT_PARTY: _agreement_party,
        EntityName.LOAN: _loan,
        EntityName.INSTALMENT: _instalment,
        EntityName.ARREARS: _arrears,
        EntityName.ENTRY: _entry,
        EntityName.CARD: _card,
        EntityName.APPLICATION: _application,
    }
)
"""The column at fault, None for a row that can be."""
