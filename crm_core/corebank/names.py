"""The names of what the core bank tells of. The tables' models import this; it imports nothing."""

from enum import StrEnum


class EntityName(StrEnum):
    """The entities of the contract."""

    PRODUCT = "product"
    PARTY = "party"
    PARTY_PHONE = "party_phone"
    RELATIONSHIP = "relationship"
    MANAGER_ASSIGNMENT = "manager_assignment"
    AGREEMENT = "agreement"
    AGREEMENT_PARTY = "agreement_party"
    LOAN = "loan"
    INSTALMENT = "instalment"
    ARREARS = "arrears"
    BALANCE = "balance"
    ENTRY = "entry"
    CARD = "card"
    APPLICATION = "application"
