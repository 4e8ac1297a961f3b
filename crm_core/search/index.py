"""Keeping the search's tables: what a party is found by, taken from what is stored of it.

`index` is called in the transaction that changes a party and takes everything anew, so that no
caller has to know what search looks at. Numbers of phones and sealed numbers are found where they
are kept. A new thing to be found by is a new source in `terms_of`. Erased parties are not found.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Organisation, Party, SearchDocument, SearchSpelling, SearchTerm
from crm_core.models import TermSource as TermSource
from crm_core.search.folding import key, keys, words
from crm_core.search.identifiers import canonical
from crm_core.search.typing_errors import forms, variants
from crm_core.upsert import insert_into
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """What a party is found by."""

    names: tuple[str, ...]
    registration: str | None = None
    tax_id: str | None = None


async def index(session: AsyncSession, party: PartyId) -> None:
    """Take anew what the party is found by. Call it after any change of its names or numbers.

    One that is erased, or gave way to another in a merge, is found by nothing.
    """
    statement = (
        select(
            Party.display_name,
            Organisation.legal_name,
            Organisation.registration_number,
            Organisation.tax_id,
        )
        .outerjoin(Organisation, Organisation.party == Party.id)
        .where(Party.id == party, Party.erased_at.is_(None), Party.merged_into.is_(None))
    )
    row = (await session.execute(statement)).one_or_none()
    await forget(session, party)
    if row is None:
        return
    names = tuple(filter(None, (row.display_name, row.legal_name)))
    what = Findable(names=names, registration=row.registration_number, tax_id=row.tax_id)
    await _add(session, party, what)


async def forget(session: AsyncSession, party: PartyId) -> None:
    """The party is found no more, and words that were its alone are gone."""
    held = list(await session.scalars(select(SearchTerm.term).where(SearchTerm.party == party)))
    await session.execute(delete(SearchTerm).where(SearchTerm.party == party))
    await session.execute(delete(SearchDocument).where(SearchDocument.party == party))
    if held:
        in_use = exists().where(SearchTerm.term == SearchSpelling.term)
        orphans = delete(SearchSpelling).where(SearchSpelling.term.in_(held), ~in_use)
        await session.execute(orphans.execution_options(synchronize_session=False))


def terms_of(what: Findable) -> list[tuple[str, TermSource]]:
    """All terms of a party, each with its source."""
    terms = {(term, TermSource.NAME) for term in keys(*what.names)}
    for told, source in (
        (what.registration, TermSource.REGISTRATION),
        (what.tax_id, TermSource.TAX_ID),
    ):
        number = canonical(told or "")
        if number:
            terms.add((number, source))
    return sorted(terms)


def spellings_of(names: Iterable[str]) -> list[dict[str, str]]:
    """Rows for the words of these names that may be misspelt."""
    found = {word for name in names for word in words(name)}
    rows = {
        (variant, form, term)
        for word, term in {word: key(word) for word in found}.items()
        for form in forms(word)
        for variant in variants(form)
    }
    return [{"variant": v, "word": form, "term": term} for v, form, term in sorted(rows)]


async def _add(session: AsyncSession, party: PartyId, what: Findable) -> None:
    await session.execute(insert_into(session, SearchDocument), {"party": party})
    terms = [{"party": party, "term": t, "source": source} for t, source in terms_of(what)]
    if terms:
        await session.execute(insert_into(session, SearchTerm), terms)
    spellings = await _unknown(session, spellings_of(what.names))
    if spellings:
        ignoring = insert_into(session, SearchSpelling).on_conflict_do_nothing()
        await session.execute(ignoring, spellings)


async def _unknown(session: AsyncSession, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows of the words that are not there yet; most names are common."""
    asked = {row["word"] for row in rows}
    held = SearchSpelling
    same = select(held.word).where(held.variant.in_(asked), held.variant == held.word)
    known = set(await session.scalars(same))
    return [row for row in rows if row["word"] not in known]
