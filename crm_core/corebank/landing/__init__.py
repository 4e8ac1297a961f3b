"""How the rows of each entity become ours: one module a subject, one table of all of them."""

from collections.abc import Mapping
from types import MappingProxyType

from crm_core.corebank.ground import Landing
from crm_core.corebank.landing import (
    agreements,
    applications,
    loans,
    parties,
    phones,
    products,
    statements,
    ties,
)
from crm_core.corebank.names import EntityName

LANDINGS: Mapping[EntityName, Landing] = MappingProxyType(
    {
        EntityName.PRODUCT: products.PRODUCT,
        EntityName.PARTY: parties.PARTY,
        EntityName.PARTY_PHONE: phones.PARTY_PHONE,
        EntityName.RELATIONSHIP: ties.RELATIONSHIP,
        EntityName.MANAGER_ASSIGNMENT: ties.MANAGER_ASSIGNMENT,
        EntityName.AGREEMENT: agreements.AGREEMENT,
        EntityName.AGREEMENT_PARTY: agreements.AGREEMENT_PARTY,
        EntityName.CARD: agreements.CARD,
        EntityName.LOAN: loans.LOAN,
        EntityName.INSTALMENT: loans.INSTALMENT,
        EntityName.ARREARS: loans.ARREARS,
        EntityName.BALANCE: statements.BALANCE,
        EntityName.ENTRY: statements.ENTRY,
        EntityName.APPLICATION: applications.APPLICATION,
    }
)
