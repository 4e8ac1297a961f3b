"""Parties by the words of their names: the questions, and how well an answer fits.

The longest word leads, for it is the rarest, and the index gives its whole matches before those
that it only begins; each other word is then one look into the index per party. So the first
answers in the index's order are the best ones, and reading stops at a limit however many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from crm_core.models import Party, SearchSpelling, SearchTerm, TermSource
from crm_core.search.folding import has_han, key, words
from crm_core.search.ranges import begins_with
from crm_core.search.typing_errors import one_error_apart, typed_forms, variants

_MOST_WORDS = 8
_MOST_CORRECTIONS = 20
WHOLE, BEGUN, MISTYPED = range(3)
Fits = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A typed word: its key, its own spelling, and terms that it may be a typing error for."""

    key: str
    forms: frozenset[str]
    corrections: tuple[str, ...] = ()


def needles(text: str) -> list[Needle]:
    """The words of a text to look for, the leading one first; words beyond the eighth are not."""
    found = {key(word): Needle(key=key(word), forms=typed_forms(word)) for word in words(text)}
    first = list(found.values())[:_MOST_WORDS]
    return sorted(first, key=lambda one: (not has_han(one.key), -len(one.key)))


def corrections(typed: Sequence[Needle]) -> Select[str, str] | None:
    """The question for words like those that are typed, with their terms."""
    asked = {variant for one in typed for form in one.forms for variant in variants(form)}
    if not asked:
        return None
    like = select(SearchSpelling.word, SearchSpelling.term).distinct()
    return like.where(SearchSpelling.variant.in_(asked))


def corrected(typed: Sequence[Needle], like: Sequence[Row[str, str]]) -> list[Needle]:
    """The needles with what they may be typing errors for; those that are corrected lead."""
    return sorted(
        (Needle(key=one.key, forms=one.forms, corrections=_terms_like(one, like)) for one in typed),
        key=lambda one: not one.corrections,
    )


def _terms_like(one: Needle, like: Sequence[Row[str, str]]) -> tuple[str, ...]:
    terms = {term for word, term in like if any(one_error_apart(form, word) for form in one.forms)}
    return tuple(sorted(terms)[:_MOST_CORRECTIONS])


def matching(typed: Sequence[Needle], limit: int) -> list[Select[*tuple[Any, ...]]]:
    """Questions for parties that have all words: party, name, and a term for each word.

    Who has all words whole is asked for apart, for among many who are only begun so he may be far;
    so are corrections of the leading word, for in one question the whole index would be read.
    """
    lead, *rest = typed
    begun = begins_with(SearchTerm.term, lead.key)
    mistyped = SearchTerm.term.in_(lead.corrections)
    questions = [_led(begun, [_begun(one) for one in rest], rest, limit)]
    if lead.corrections:
        questions.append(_led(mistyped, [_begun(one) for one in rest], rest, limit))
    elif rest:
        whole = SearchTerm.term == lead.key
        questions.insert(0, _led(whole, [_whole(one) for one in rest], rest, limit))
    return questions


def _led(
    lead: ColumnElement[bool],
    others: Sequence[ColumnElement[bool]],
    rest: Sequence[Needle],
    limit: int,
) -> Select[*tuple[Any, ...]]:
    led = (
        select(SearchTerm.party, SearchTerm.term)
        .where(SearchTerm.source == TermSource.NAME, lead, *others)
        .order_by(SearchTerm.term, SearchTerm.party)
        .limit(limit)
        .subquery()
    )
    terms = [_best_term(one, led.c.party).label(f"word{i}") for i, one in enumerate(rest)]
    answer = select(led.c.party, Party.display_name, led.c.term, *terms)
    return answer.join(Party, Party.id == led.c.party)


def fit(typed: Sequence[Needle], terms: Sequence[str], name: str) -> tuple[Any, ...]:
    """How well a party fits, smaller being better: worst word, all words, order, then the name."""
    classes = [_fit_of(one, term) for one, term in zip(typed, terms, strict=True)]
    return (max(classes), sum(classes), _first_place(typed, name), name)


def _fit_of(one: Needle, term: str) -> int:
    if term == one.key:
        return WHOLE
    return BEGUN if term.startswith(one.key) else MISTYPED


def _first_place(typed: Sequence[Needle], name: str) -> int:
    """0 if the name begins with a word that was typed."""
    first = next(iter(words(name)), "")
    return 0 if any(key(first).startswith(one.key) for one in typed) else 1


def _hit(table: Any, one: Needle) -> ColumnElement[bool]:
    begun = begins_with(table.term, one.key)
    either = or_(begun, table.term.in_(one.corrections)) if one.corrections else begun
    return and_(table.source == TermSource.NAME, either)


def _begun(one: Needle) -> ColumnElement[bool]:
    other = aliased(SearchTerm)
    return exists().where(other.party == SearchTerm.party, _hit(other, one))


def _whole(one: Needle) -> ColumnElement[bool]:
    other = aliased(SearchTerm)
    same = other.party == SearchTerm.party, other.source == TermSource.NAME
    return exists().where(*same, other.term == one.key)


def _best_term(one: Needle, party: ColumnElement[Any]) -> Any:
    """The first of the party's terms that the word could be: whole if there is one."""
    other = aliased(SearchTerm)
    order = (other.term.in_(one.corrections), other.term) if one.corrections else (other.term,)
    found = select(other.term).where(other.party == party, _hit(other, one))
    return found.order_by(*order).limit(1).scalar_subquery()


def best_of_each(rows: Sequence[Row[*tuple[Any, ...]]], typed: Sequence[Needle]) -> Fits:
    """How well each party fits by its best row."""
    best: dict[str, tuple[Any, ...]] = {}
    for party, name, *terms in rows:
        found = fit(typed, terms, name)
        best[party] = min(best.get(party, found), found)
    return best
