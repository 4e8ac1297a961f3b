"""The search on a database: what is found, in what order, and that no text breaks it."""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from crm_core.database import Database
from crm_core.models import Organisation, Party, SearchSpelling, SearchTerm
from crm_core.parties.records import PartyFacts, PersonName, add_organisation, add_person
from crm_core.search import CursorRefused, Found, Why, find, forget, index
from crm_core.search.finding import FARTHEST
from crm_core.search.folding import key, words
from routing.ids import PartyId
from tests.crm_core.conftest import person

NUMBER = "+79455550101"
ANY_TEXT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PEOPLE = {
    "Иванов Пётр Сергеевич": "+79455550111",
    "Щукина Алёна": "+79455550112",
    "O'Brien Patrick": "+442079460018",
    "Лук'яненко Дарина": "+380445550114",
    "王小明": "+8613800138000",
    "Müller Jürgen": "+4930901820",
}


async def answer(db: Database, typed: str, limit: int = 50, cursor: str | None = None) -> Found:
    async with db.reading() as session:
        return await find(session, typed, limit, region="RU", cursor=cursor)


async def names(db: Database, typed: str) -> list[str]:
    return [one.name for one in (await answer(db, typed)).items]


async def firm(db: Database, name: str, legal: str, registration: str | None = None) -> PartyId:
    async with db.unit_of_work() as session:
        return await add_organisation(
            session,
            name,
            PartyFacts(),
            legal_name=legal,
            registration_number=registration,
            by="test",
        )


@pytest.fixture
async def bank(db: Database) -> Database:
    for name, number in PEOPLE.items():
        await person(db, name, number)
    return db


def typed_wrong(word: str) -> Iterable[str]:
    """The word with each kind of typing error, in its middle."""
    at = len(word) // 2
    yield word[:at] + word[at + 1 :]
    yield word[:at] + word[at - 1] + word[at:]
    yield word[:at] + ("q" if word.isascii() else "ф") + word[at + 1 :]
    yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


async def test_everybody_is_found_by_each_name_in_each_script(bank: Database) -> None:
    for name in PEOPLE:
        for word in words(name):
            for typed in (word, word.upper(), key(word), word[:3]):
                assert name in await names(bank, typed), typed


async def test_everybody_is_found_by_his_number_and_its_last_digits(bank: Database) -> None:
    for name, number in PEOPLE.items():
        for typed in (number, number[1:], f"00{number[1:]}", *(number[-n:] for n in (4, 5, 7))):
            found = (await answer(bank, typed)).items
            assert [(one.name, one.why) for one in found] == [(name, Why.PHONE)], typed


async def test_a_name_of_five_letters_is_found_with_one_typing_error(bank: Database) -> None:
    for name in PEOPLE:
        for word in (one for one in words(name) if len(one) >= 5 and one != "王小明"):
            for typed in typed_wrong(word):
                assert name in await names(bank, typed), typed


async def test_each_word_may_have_its_error(bank: Database) -> None:
    (one,) = (await answer(bank, "Ивонов Сергевич")).items
    assert (one.name, one.why) == ("Иванов Пётр Сергеевич", Why.SPELLING)


async def test_all_words_must_fit(db: Database) -> None:
    await person(db, "Иванов Пётр")
    await person(db, "Иванова Анна")
    await firm(db, "Север", "ООО «Север-Трейд»")
    assert await names(db, "ИВАНОВ пет") == ["Иванов Пётр"]
    assert await names(db, "ivanova") == ["Иванова Анна", "Иванов Пётр"]
    assert await names(db, "север трейд") == ["Север"]
    assert await names(db, "петров") == []


async def test_whole_before_begun_before_mistyped(db: Database) -> None:
    for name in ("Иванцов", "Ивановский", "Петров Иванов", "Иванов", "Ибанов"):
        await person(db, name)
    assert await names(db, "иванов") == [
        "Иванов",
        "Петров Иванов",
        "Ивановский",
        "Ибанов",
        "Иванцов",
    ]


async def test_the_whole_name_is_first_among_very_many_that_begin_so(db: Database) -> None:
    async with db.unit_of_work() as session:
        for number in range(FARTHEST + 5):
            name = PersonName(family=f"Иванк{number}", given="Павел")
            await add_person(session, name, PartyFacts(), by="test")
    await person(db, "Иван Павел")
    assert (await names(db, "иван павел"))[0] == "Иван Павел"
    assert (await names(db, "павел иван"))[0] == "Иван Павел"


async def test_a_number_in_the_country_is_found_as_people_dial_it(db: Database) -> None:
    await person(db, "Anna", NUMBER)
    await person(db, "Boris", "+79455550199")
    for typed in ("8 (945) 555-01-01", "945 555 01 01", "8945555010", "0101", "55-01-01"):
        assert await names(db, typed) == ["Anna"], typed
    assert await names(db, "7945555") == await names(db, "8945555") == ["Anna", "Boris"]
    assert await names(db, "101") == []


async def test_no_whole_number_is_shown(db: Database) -> None:
    await person(db, "Anna", NUMBER)
    for typed in ("anna", NUMBER):
        (one,) = (await answer(db, typed)).items
        assert one.phones == ("+7 •••••• 0101",)
        assert "55501" not in one.detail


async def test_a_firm_is_found_by_its_other_name_and_its_number(db: Database) -> None:
    await firm(db, "Orion", "Blue Sky Trading Ltd", "77-01 234567")
    (one,) = (await answer(db, "blue sky")).items
    assert (one.name, one.why, one.detail) == ("Orion", Why.NAME, "Blue Sky Trading Ltd")
    for typed in ("7701234567", "77 01 234567"):
        (one,) = (await answer(db, typed)).items
        assert (one.name, one.why, one.detail) == ("Orion", Why.REGISTRATION, "7701234567")
    assert await names(db, "770123456") == []
    assert (await answer(db, "orion")).items[0].detail == ""


async def test_who_is_forgotten_is_not_found_by_anything(db: Database) -> None:
    party = await person(db, "Вележев", NUMBER)
    await person(db, "Иванов", "+79455550199")
    async with db.unit_of_work() as session:
        await forget(session, party)
    for typed in ("вележев", "Вележов", NUMBER, "0101"):
        assert await names(db, typed) == [], typed
    async with db.reading() as session:
        assert set(await session.scalars(select(SearchTerm.term))) == {"ivanov"}
        assert set(await session.scalars(select(SearchSpelling.term))) == {"ivanov"}


async def test_a_new_name_takes_the_place_of_the_old_one(db: Database) -> None:
    party = await firm(db, "Вележев", "Вележев")
    async with db.unit_of_work() as session:
        await session.execute(update(Party).values(display_name="Orion"))
        await session.execute(update(Organisation).values(legal_name="Orion"))
        await index(session, party)
        await index(session, party)
    assert await names(db, "orion") == ["Orion"]
    assert await names(db, "вележев") == []


async def test_pages_follow_each_other(db: Database) -> None:
    for number in range(7):
        await person(db, f"Иванов {number}")
    seen: list[str] = []
    cursor = None
    for size in (3, 3, 1):
        page = await answer(db, "иванов", 3, cursor)
        assert len(page.items) == size
        seen += [one.name for one in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == [f"Иванов {number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "9999", "²", "1'"])
async def test_a_foreign_cursor_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(CursorRefused):
        await answer(db, "иванов", 3, cursor)


@ANY_TEXT
@given(st.one_of(st.text(max_size=60), st.text("%_*\"'()+-0123456789 ORNEAR\0", max_size=60)))
async def test_nothing_that_is_typed_breaks_the_search(db: Database, typed: str) -> None:
    await answer(db, typed)


@pytest.mark.parametrize(
    "typed", ['ива" OR *', "%_", "'; DROP TABLE party; --", "NEAR(a b)", "ива* OR " * 1_500]
)
async def test_a_query_language_means_nothing(bank: Database, typed: str) -> None:
    assert await names(bank, typed) == []
    async with bank.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Party)) == len(PEOPLE)
