"""Parties as the bank tells them: persons and organisations, findable at once."""

from datetime import UTC, datetime, time

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import add_missing, insert_rows, update_rows
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing
from crm_core.corebank.landing import client_numbers
from crm_core.corebank.landing.recognising import recognise_changed, recognise_new
from crm_core.models import (
    Organisation,
    Party,
    PartyStatus,
    Person,
    SearchDocument,
    SearchSpelling,
    SearchTerm,
)
from crm_core.search.folding import words
from crm_core.search.index import Findable, index, spellings_of, terms_of
from crm_core.search.typing_errors import forms
from routing.ids import PartyId

_TOLD = ("kind", "display_name", "status", "status_since", "tier", "language", "vip")
_KEPT = ("id", "source", "source_key", "created_at", "updated_at", "row_version")
_PERSON = ("family_name", "given_name", "middle_name", "birth_date")
_ORGANISATION = ("legal_name", "registration_number")


async def _add(session: AsyncSession, ground: Ground, told: list[Thing]) -> Refusals:
    refused = await client_numbers.taken(session, told)
    things = [one for one in told if one.told.key not in refused]
    kept = (ground.source, ground.now)
    rows = [
        (*_party(one.row, ground), one.target, kept[0], one.told.key, kept[1], kept[1], 1)
        for one in things
    ]
    await insert_rows(session, Party, (*_TOLD, *_KEPT), rows)
    people = [(*_person(one.row), one.target) for one in things if _is_person(one)]
    firms = [(*_organisation(one.row), one.target) for one in things if not _is_person(one)]
    await insert_rows(session, Person, (*_PERSON, "party"), people)
    await insert_rows(session, Organisation, (*_ORGANISATION, "party"), firms)
    await client_numbers.keep(session, ground, things)
    await _make_findable(session, things)
    await recognise_new(session, things)
    return refused


async def _change(session: AsyncSession, ground: Ground, told: list[Thing]) -> Refusals:
    """A person stays a person. What the bank tells of a party replaces what it told before."""
    refused = await client_numbers.taken(session, told)
    things = [one for one in told if one.told.key not in refused]
    columns = (*_TOLD[1:], "updated_at")
    rows = [(*_party(one.row, ground)[1:], ground.now, one.target) for one in things]
    await update_rows(session, Party, columns, rows, key="id")
    people = [(*_person(one.row), one.target) for one in things if _is_person(one)]
    firms = [(*_organisation(one.row), one.target) for one in things if not _is_person(one)]
    await update_rows(session, Person, _PERSON, people, key="party")
    await update_rows(session, Organisation, _ORGANISATION, firms, key="party")
    await client_numbers.keep(session, ground, things)
    for one in things:
        await index(session, PartyId(one.target))
    await recognise_changed(session, [one.target for one in things])
    return refused


async def _end(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    ended = {"status": PartyStatus.CLOSED, "status_since": ground.now, "updated_at": ground.now}
    await session.execute(update(Party).where(Party.id.in_(targets)).values(**ended))


async def _make_findable(session: AsyncSession, things: list[Thing]) -> None:
    found = [
        (one.target, Findable(names=_names(one.row), registration=one.row["registration_number"]))
        for one in things
    ]
    await insert_rows(session, SearchDocument, ("party",), [(party,) for party, _what in found])
    terms = [(term, party, source) for party, what in found for term, source in terms_of(what)]
    await insert_rows(session, SearchTerm, ("term", "party", "source"), terms)
    spelt = spellings_of(await _new_words(session, found))
    rows = {(one["variant"], one["word"], one["term"]) for one in spelt}
    await add_missing(session, SearchSpelling, ("variant", "word", "term"), sorted(rows))


async def _new_words(session: AsyncSession, found: list[tuple[str, Findable]]) -> set[str]:
    """The words whose spellings are not kept yet; most names are common."""
    told = {word for _party, what in found for name in what.names for word in words(name)}
    by_form = {form: word for word in told for form in forms(word)}
    row = SearchSpelling
    same = row.variant.in_(list(by_form)), row.variant == row.word
    known = set(await session.scalars(select(row.word).where(*same)))
    return {word for form, word in by_form.items() if form not in known}


def _is_person(one: Thing) -> bool:
    return bool(one.row["kind"] == "person")


def _names(row: Values) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (_name(row), row["legal_name"]))))


def _name(row: Values) -> str:
    if row["kind"] == "person":
        parts = (row["family_name"], row["given_name"], row["middle_name"])
        return " ".join(filter(None, parts))
    return str(row["name"] or row["legal_name"])


def _party(row: Values, ground: Ground) -> tuple[object, ...]:
    since, standing = row["status_since"], ground.now
    if since is not None:
        standing = datetime.combine(since, time(), tzinfo=UTC)
    told = (row["status"], standing, row["tier"], row["language"], row["vip"])
    return (row["kind"], _name(row), *told)


def _person(row: Values) -> tuple[object, ...]:
    names = (row["family_name"] or "", row["given_name"] or "", row["middle_name"] or "")
    return (*names, row["birth_date"])


def _organisation(row: Values) -> tuple[object, ...]:
    return row["legal_name"] or row["name"], row["registration_number"]


PARTY = Landing(add=_add, change=_change, end=_end)
