"""How like two records are: what speaks for one party and what against it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.duplicates.comparing import LIKELY, POSSIBLE, Verdict, compare
from crm_core.duplicates.likeness import Likeness, address, firm, folded, part_of_name
from crm_core.models import PartyKind

BORN = date(1978, 12, 11)


def few(_mark: str) -> int:
    return 2


def person(family: str, given: str = "", middle: str = "", **marks: object) -> Likeness:
    words, suffix = part_of_name(family)
    return Likeness(
        party="",
        kind=PartyKind.PERSON,
        family=words,
        given=folded(given),
        middle=folded(middle),
        suffix=suffix,
        **marks,  # type: ignore[arg-type]
    )


def verdict(one: Likeness, other: Likeness) -> Verdict:
    return compare(one, other, bearers=few)


SAME = [
    ("Иванов", "Сергей", "Ivanov", "Sergey"),
    ("Иванов", "Сергей", "Сергей", "Иванов"),
    ("Семёнова", "Алёна", "Семенова", "Алена"),
    ("Kovalenko", "Oleksandr", "Коваленко", "Олександр"),
    ("O'Neill", "Sean", "Oneill", "Sean"),
    ("Smith", "Robert", "Smith", "Bob"),
    ("Петров", "Александр", "Петров", "Саша"),
    ("Garski", "Luis", "Garsky", "Louis"),
    ("王", "杰", "Wang", "Jie"),
    ("Medina Sentosa", "Maria", "Sentosa", "Maria"),
]


@pytest.mark.parametrize(("family", "given_", "family2", "given2"), SAME)
def test_one_name_in_two_spellings_with_one_birth_date_is_likely_one(
    family: str, given_: str, family2: str, given2: str
) -> None:
    found = verdict(person(family, given_, born=BORN), person(family2, given2, born=BORN))
    assert found.likely, found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Kusha", "Mark", born=BORN), person("Kusha", "Marsha", born=BORN)),
        (person("Иванов", "Сергей", born=BORN), person("Иванова", "Мария", born=BORN)),
        (person("Smith", "John", born=BORN), person("Smith", "John", born=date(1990, 3, 15))),
        (person("Klein Jr", "Morris", born=BORN), person("Klein Sr", "Morris", born=BORN)),
        (
            person("Smith", "John", born=BORN, tax_ids=frozenset("1")),
            person("Smith", "John", born=BORN, tax_ids=frozenset("2")),
        ),
        (person("Smith", "John"), person("Smith", "John")),
    ],
)
def test_relatives_namesakes_and_generations_are_not(one: Likeness, other: Likeness) -> None:
    assert not verdict(one, other).possible, verdict(one, other)


def test_a_namesake_on_one_number_is_worth_a_look_but_not_likely() -> None:
    one = person("Smith", "Patrick", phones=frozenset({"+17025550100"}))
    found = verdict(one, person("Smith", "Pat", phones=one.phones))
    assert POSSIBLE <= found.points < LIKELY


def test_a_mark_of_many_tells_little() -> None:
    one = person("Smith", "Patrick", emails=frozenset({"info@bank.example"}))
    other = person("Smith", "Pat", emails=one.emails)
    assert verdict(one, other).possible
    assert not compare(one, other, bearers=lambda _mark: 30).possible


def test_a_swapped_birth_date_speaks_for_it_and_is_named() -> None:
    one = person("Smith", "Bob", born=date(1978, 11, 12))
    codes = {evidence.code for evidence in verdict(one, person("Smith", "Bob", born=BORN)).evidence}
    assert "birth_date_swapped" in codes


def test_firms_are_one_without_their_legal_form() -> None:
    def company(name: str) -> Likeness:
        return Likeness(
            party="",
            kind=PartyKind.ORGANISATION,
            family=firm(name),
            addresses=(address("Невский проспект 12, Санкт-Петербург"),),
        )

    assert verdict(company("ООО «Север»"), company("Sever LLC")).possible
    assert not verdict(company("ООО «Север»"), company("ООО «Восток»")).possible


def test_a_person_is_no_firm() -> None:
    company = Likeness(party="", kind=PartyKind.ORGANISATION, family=folded("Smith"))
    assert verdict(person("Smith"), company).points == 0


names = st.text(alphabet="abcdeиваяJr І'-杰 ", max_size=12)
people = st.builds(
    lambda family, given_, born, phone: person(
        family, given_, born=born, phones=frozenset({phone} if phone else ())
    ),
    names,
    names,
    st.none() | st.dates(date(1920, 1, 1), date(2020, 1, 1)),
    st.sampled_from(["", "+79161234567"]),
)


@given(people, people)
def test_it_is_the_same_from_both_sides(one: Likeness, other: Likeness) -> None:
    assert verdict(one, other) == verdict(other, one)


@given(people)
def test_nothing_speaks_against_its_being_itself(one: Likeness) -> None:
    named = bool(one.family and one.given)
    assert not named or min(e.points for e in verdict(one, one).evidence) > 0
