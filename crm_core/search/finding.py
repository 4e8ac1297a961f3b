"""The search itself: reads a text in every way it could be meant, and ranks what is found.

A text never raises: it is cut into words and numbers before the database sees any of it. What is
a number of somebody is not looked for among names. Whole matches come before beginnings, and typing
errors only where there is room.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.errors import Refused
from crm_core.models import Organisation, Party, PartyKind, PartyStatus, SearchTerm, TermSource
from crm_core.sealing import NumberKind, NumberSeal, masked
from crm_core.search import named
from crm_core.search.folding import key, words
from crm_core.search.identifiers import canonical
from crm_core.search.masked import masked_numbers
from crm_core.search.numbers import typed_number, used_by
from crm_core.search.sealed import holders_of
from routing.ids import PartyId

LARGEST_PAGE = 50
FARTHEST = 60
"""Whoever has not found his client among so many must type more."""
_LONGEST_TEXT = 400


class CursorRefused(Refused):
    """The cursor is not one that a search gave out."""

    code = "bad_cursor"


class Why(StrEnum):
    """Why a party was found."""

    NAME = "name"
    SPELLING = "spelling"
    PHONE = "phone"
    REGISTRATION = "registration"
    TAX_ID = "tax_id"
    DOCUMENT = "document"
    AGREEMENT = "agreement"


_OPEN = {TermSource.REGISTRATION: Why.REGISTRATION, TermSource.TAX_ID: Why.TAX_ID}
_SEALED = {
    NumberKind.PERSON: Why.TAX_ID,
    NumberKind.DOCUMENT: Why.DOCUMENT,
    NumberKind.AGREEMENT: Why.AGREEMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParty:
    """A party in a search result. `phones` are masked; `detail` is what matched, if not the name:
    a masked number, a registration number or tax id of a firm, the legal name."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    tier: str
    phones: tuple[str, ...]
    why: Why
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a result, the best first; `next_cursor` leads on and is None at the end."""

    items: tuple[FoundParty, ...] = ()
    next_cursor: str | None = None


@dataclass(slots=True)
class _Hits:
    """Parties in the order they were found, each with why; the first reason stays."""

    wanted: int
    why: dict[PartyId, tuple[Why, str]] = field(default_factory=dict)

    def add(self, party: PartyId, why: Why, detail: str = "") -> None:
        self.why.setdefault(party, (why, detail))

    @property
    def enough(self) -> bool:
        return len(self.why) >= self.wanted


async def find(
    session: AsyncSession,
    text: str,
    limit: int,
    *,
    region: str,
    cursor: str | None = None,
    seal: NumberSeal | None = None,
) -> Found:
    """Parties that the text could mean; numbers are read as dialled in `region` (ISO 3166).

    With the `seal`, sealed numbers (of documents, agreements, tax ids) are found too, whole only.

    Raises CursorRefused.
    """
    begin = _place(cursor)
    end = begin + max(1, min(limit, LARGEST_PAGE))
    hits = _Hits(wanted=min(end + 1, FARTHEST))
    text = text[:_LONGEST_TEXT]
    await _by_number(session, hits, text, region)
    await _by_registration(session, hits, text)
    if seal is not None:
        await _by_sealed_number(session, hits, text, seal)
    if not hits.why:
        await _by_name(session, hits, text)
    page = list(hits.why.items())[begin : min(end, FARTHEST)]
    more = len(hits.why) > end and end < FARTHEST
    return Found(
        items=await _shown(session, dict(page), text), next_cursor=str(end) if more else None
    )


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 4 and int(cursor) < FARTHEST):
        raise CursorRefused
    return int(cursor)


async def _by_number(session: AsyncSession, hits: _Hits, text: str, region: str) -> None:
    number = typed_number(text, region)
    whole = number is not None and number.whole is not None
    for question in used_by(number, FARTHEST) if number else ():
        if hits.enough or (whole and hits.why):
            return
        for party, e164 in await session.execute(question):
            hits.add(party, Why.PHONE, phones.mask(e164))


async def _by_registration(session: AsyncSession, hits: _Hits, text: str) -> None:
    number = canonical(text)
    if number is None or hits.enough:
        return
    held = SearchTerm
    question = select(held.party, held.source).where(held.term == number, held.source.in_(_OPEN))
    for party, source in await session.execute(question.order_by(held.party).limit(FARTHEST)):
        hits.add(party, _OPEN[source], number)


async def _by_sealed_number(
    session: AsyncSession, hits: _Hits, text: str, seal: NumberSeal
) -> None:
    for kind, question in holders_of(text, seal, FARTHEST):
        if hits.enough:
            return
        for party, last4 in await session.execute(question):
            hits.add(party, _SEALED[kind], masked(last4))


async def _by_name(session: AsyncSession, hits: _Hits, text: str) -> None:
    typed = named.needles(text)
    if not typed or hits.enough:
        return
    await _named(session, hits, typed, why=Why.NAME)
    question = None if hits.enough else named.corrections(typed)
    if question is None:
        return
    typed = named.corrected(typed, (await session.execute(question)).all())
    if typed[0].corrections:
        await _named(session, hits, typed, why=Why.SPELLING)


async def _named(
    session: AsyncSession, hits: _Hits, typed: list[named.Needle], *, why: Why
) -> None:
    rows = [
        row
        for question in named.matching(typed, FARTHEST)
        for row in await session.execute(question)
    ]
    best = named.best_of_each(rows, typed)
    for party in sorted(best, key=lambda one: (best[one], one)):
        hits.add(PartyId(party), why)


async def _shown(
    session: AsyncSession, page: dict[PartyId, tuple[Why, str]], text: str
) -> tuple[FoundParty, ...]:
    if not page:
        return ()
    statement = (
        select(Party, Organisation.legal_name)
        .outerjoin(Organisation, Organisation.party == Party.id)
        .where(Party.id.in_(page))
    )
    rows = {party.id: (party, legal) for party, legal in await session.execute(statement)}
    numbers = await masked_numbers(session, page)
    return tuple(
        FoundParty(
            party=one,
            name=rows[one][0].display_name,
            kind=rows[one][0].kind,
            status=rows[one][0].status,
            tier=rows[one][0].tier,
            phones=tuple(numbers.get(one, ())),
            why=why,
            detail=detail or _other_name(text, rows[one][0].display_name, rows[one][1] or ""),
        )
        for one, (why, detail) in page.items()
        if one in rows
    )


def _other_name(text: str, shown: str, legal: str) -> str:
    """The legal name, where what was typed stands in it and not in the name that is shown."""
    other = legal and legal != shown
    return legal if other and not _stands_in(words(text), shown) else ""


def _stands_in(typed: Iterable[str], name: str) -> bool:
    stored = [key(word) for word in words(name)]
    return all(any(one.startswith(key(word)) for one in stored) for word in typed)
