"""Numbers that stand sealed: whoever types one whole finds whose it is, and sees it masked."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from crm_core.bank.terms import AgreementRole
from crm_core.models import Agreement, AgreementParty, IdentityDocument, Party, Person
from crm_core.sealing import NumberKind, NumberRefused, NumberSeal


def holders_of(
    text: str, seal: NumberSeal, limit: int
) -> Iterator[tuple[NumberKind, Select[*tuple[Any, ...]]]]:
    """Questions for (party, last four) by each kind of number that the text could be."""
    for kind in (NumberKind.PERSON, NumberKind.DOCUMENT, NumberKind.AGREEMENT):
        try:
            hashes = seal.hashes(text, kind)
        except NumberRefused:
            continue
        yield kind, _question(kind, hashes).limit(limit)


def _question(kind: NumberKind, hashes: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    if kind is NumberKind.PERSON:
        found = select(Person.party, Person.tax_id_last4)
        return found.where(_is(Person.tax_id_key, Person.tax_id_hash, hashes))
    if kind is NumberKind.DOCUMENT:
        held = IdentityDocument
        found = select(held.party, held.number_last4).order_by(held.ended_at.is_not(None))
        return found.where(_is(held.number_key, held.number_hash, hashes))
    agreement, role = Agreement, AgreementParty
    return (
        select(role.party, agreement.number_last4)
        .join(role, role.agreement == agreement.id)
        .join(Party, Party.id == role.party)
        .where(_is(agreement.number_key, agreement.number_hash, hashes))
        .where(role.ends_before.is_(None), Party.erased_at.is_(None))
        .order_by(role.role != AgreementRole.OWNER, role.party)
    )


def _is(key: Any, hash_: Any, hashes: Mapping[str, str]) -> ColumnElement[bool]:
    return or_(*(and_(key == one, hash_ == found) for one, found in hashes.items()))
