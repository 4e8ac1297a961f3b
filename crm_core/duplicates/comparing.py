"""How like two records are: points for and against, each with a code that says why. Pure.

Points add up; what nothing is known of gives none. From `POSSIBLE` on a person should look, from
`LIKELY` on it is most probably one party. Nothing is ever merged by points alone. A mark that many
records share tells little: its points shrink with the number of its bearers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from crm_core.duplicates.likeness import Likeness, house_numbers
from crm_core.duplicates.nicknames import first_letters, full_names
from crm_core.models import PartyKind

POSSIBLE = 5.0
LIKELY = 7.0

Bearers = Callable[[str], int]
"""How many records bear a mark (a phone, an e-mail)."""

_CLOSE, _NEAR, _FAR = 0.9, 0.8, 0.7
_FEW, _SOME = 4, 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason for (points above 0) or against its being one party."""

    code: str
    points: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """How like two records are, with all reasons, the strongest first."""

    points: float
    evidence: tuple[Evidence, ...]

    @property
    def possible(self) -> bool:
        return self.points >= POSSIBLE

    @property
    def likely(self) -> bool:
        return self.points >= LIKELY


def compare(one: Likeness, other: Likeness, *, bearers: Bearers) -> Verdict:
    """Compare two records of one kind; a person is never an organisation."""
    if one.kind is not other.kind:
        return Verdict(0.0, ())
    names = _person_names if one.kind is PartyKind.PERSON else _firm_names
    found = [*names(one, other), *_dates(one, other), *_marks(one, other, bearers)]
    found.sort(key=lambda evidence: (-abs(evidence.points), evidence.code))
    return Verdict(round(sum(evidence.points for evidence in found), 2), tuple(found))


# ── Names ───────────────────────────────────────────────────────────────────────────────────


def _person_names(one: Likeness, other: Likeness) -> Iterator[Evidence]:
    family, given = _family(one.family, other.family), _given(one.given, other.given)
    crossed = _family(one.family, other.given), _family(one.given, other.family)
    as_written = family + (1.0 if given is None else given)
    swapped = min(crossed) >= _CLOSE and sum(crossed) > as_written
    if swapped:
        family, given = crossed
    if swapped:
        yield Evidence("names_swapped", -0.5)
    yield from _name(family, given)
    if one.middle and other.middle and not swapped:
        like = _given(one.middle, other.middle)
        if like is not None:
            yield Evidence("middle_name", 1.0 if like >= _CLOSE else -2.0)
    if one.suffix != other.suffix:
        both = one.suffix and other.suffix
        yield Evidence("generation_differs", -5.0 if both else -1.0)
    if one.sex and other.sex and one.sex != other.sex:
        yield Evidence("sex_differs", -2.0)


def _name(family: float, given: float | None) -> Iterator[Evidence]:
    """`given` is None where one of both has none or only its first letter."""
    if given is None:
        yield Evidence("family_name", _scaled(family, 2.5, -4.0))
    elif min(family, given) >= _CLOSE:
        yield Evidence("name", 4.0 if min(family, given) > 0.99 else 3.5)
    elif family >= _NEAR and given >= _NEAR:
        yield Evidence("name_like", 2.5)
    elif family >= _CLOSE:
        yield Evidence("given_name_differs", -4.0)
    elif given >= _CLOSE:
        yield Evidence("family_name_differs", -0.5 if family >= _FAR else -2.5)
    else:
        yield Evidence("name_differs", -6.0)


def _firm_names(one: Likeness, other: Likeness) -> Iterator[Evidence]:
    like = _family(tuple(sorted(one.name)), tuple(sorted(other.name)))
    if like > 0.99:
        yield Evidence("name", 4.5)
    elif like >= 0.93:
        yield Evidence("name_like", 3.0)
    else:
        yield Evidence("name_differs", 1.0 if like >= 0.85 else -5.0)


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """0..1. A part of a double name is as good as the whole: Medina Sentosa is Sentosa."""
    if not one or not other:
        return 0.0
    short, long = sorted((one, other), key=len)
    if len(one) == len(other) > 1 and all(_begins(a, b) for a, b in zip(one, other, strict=True)):
        return 0.97
    whole = _like("".join(one), "".join(other))
    if len(short) == len(long):
        return whole
    parts = max(_like("".join(short), word) for word in long) if len(short) == 1 else 0.0
    return max(whole, parts * 0.97)


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> float | None:
    """0..1, or None where a first letter or nothing at all cannot tell."""
    if not one or not other:
        return None
    a, b = sorted((one[0], other[0]), key=len)
    if len(a) == 1:
        return None if a in first_letters(b) else 0.0
    if full_names(a) & full_names(b):
        return 0.97 if a != b else 1.0
    return max(_spelt_like(a, b), _spelt_like("".join(one), "".join(other)))


def _like(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[:1] != other[:1] and min(len(one), len(other)) < 5:
        return 0.0
    return JaroWinkler.similarity(one, other)


def _spelt_like(one: str, other: str) -> float:
    """Of given names, which are short and many: Mark is not Marsha, Luis may be Louis."""
    errors = DamerauLevenshtein.distance(one, other)
    if errors == 0:
        return 1.0
    shortest = min(len(one), len(other))
    if errors == 1 and shortest >= 4:
        return 0.95
    return 0.85 if errors == 2 and shortest >= 5 else 0.0


def _begins(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _scaled(like: float, best: float, worst: float) -> float:
    if like >= _CLOSE:
        return best
    return best / 2 if like >= _NEAR else worst


# ── Dates and marks ─────────────────────────────────────────────────────────────────────────


def _dates(one: Likeness, other: Likeness) -> Iterator[Evidence]:
    if one.born is None or other.born is None:
        return
    yield _birth_dates(one.born, other.born)


def _birth_dates(a: date, b: date) -> Evidence:
    if a == b:
        return Evidence("birth_date", 4.0)
    if (a.day, a.month, a.year) == (b.month, b.day, b.year):
        return Evidence("birth_date_swapped", 3.0)
    if DamerauLevenshtein.distance(a.isoformat(), b.isoformat()) == 1:
        return Evidence("birth_date_typo", 1.5)
    return Evidence("birth_date_differs", -4.0)


def _marks(one: Likeness, other: Likeness, bearers: Bearers) -> Iterator[Evidence]:
    if one.tax_ids and other.tax_ids:
        same = bool(one.tax_ids & other.tax_ids)
        yield Evidence("tax_id", 9.0) if same else Evidence("tax_id_differs", -6.0)
    if one.documents & other.documents:
        yield Evidence("document", 9.0)
    for code, points, shared in (
        ("phone", 2.0, one.phones & other.phones),
        ("email", 2.5, one.emails & other.emails),
    ):
        if shared:
            yield Evidence(code, points * max(_weight(bearers(mark)) for mark in shared))
    near = max((_near(a, b) for a in one.addresses for b in other.addresses), default=0.0)
    if near:
        yield Evidence("address", near)


def _weight(bearers: int) -> float:
    if bearers <= _FEW:
        return 1.0
    return 0.5 if bearers <= _SOME else 0.1


def _near(a: frozenset[str], b: frozenset[str]) -> float:
    """Points of two addresses: they must share a number and most words of the shorter one."""
    if not house_numbers(a) & house_numbers(b):
        return 0.0
    shared = len(a & b) / min(len(a), len(b))
    if shared >= 0.75:
        return 2.0
    return 1.0 if shared >= 0.5 else 0.0
