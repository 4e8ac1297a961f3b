"""Values are told as people tell them, in four languages."""

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from crm_core.money import EXPONENTS, Money
from ivr.speech.forms import Case, Form, Noun
from ivr.speech.slavic import Follows, follows
from ivr.speech.told import Digits, Value
from ivr.speech.tongue import LARGEST, Unspeakable, tokens
from ivr.speech.tongues import TONGUES, vocabulary
from tests.ivr.speech.spoken import number_in

LANGUAGES = tuple(TONGUES)
PLAIN, GENITIVE = Form(), Form(case=Case.GENITIVE)
DAYS, OF_DAYS = Form(noun=Noun.DAY), Form(noun=Noun.DAY, case=Case.GENITIVE)
MONTHS, MINUTES = Form(noun=Noun.MONTH), Form(noun=Noun.MINUTE)
YEAR, OF_YEAR = Form(year=True), Form(year=True, case=Case.GENITIVE)
DAY = date(2026, 3, 2)

SENTENCES: list[tuple[str, Value, Form, str]] = [
    ("ru", 1, DAYS, "один день"),
    ("ru", 22, DAYS, "двадцать два дня"),
    ("ru", 25, DAYS, "двадцать пять дней"),
    ("ru", 11, DAYS, "одиннадцать дней"),
    ("ru", 112, DAYS, "сто двенадцать дней"),
    ("ru", 21, OF_DAYS, "двадцати одного дня"),
    ("ru", 21, MINUTES, "двадцать одна минута"),
    ("ru", 2, MINUTES, "две минуты"),
    ("ru", 24, MONTHS, "двадцать четыре месяца"),
    ("ru", Money(120050, "RUB"), PLAIN, "одна тысяча двести рублей пятьдесят копеек"),
    ("ru", Money(202, "RUB"), PLAIN, "два рубля две копейки"),
    ("ru", Money(0, "RUB"), PLAIN, "ноль рублей"),
    ("ru", Money(1, "RUB"), PLAIN, "одна копейка"),
    ("ru", Money(-10000, "USD"), PLAIN, "минус сто долларов"),
    ("ru", Money(234100, "RUB"), PLAIN, "две тысячи триста сорок один рубль"),
    ("ru", Money(200000100, "EUR"), PLAIN, "два миллиона один евро"),
    ("ru", Money(220000, "BYN"), PLAIN, "две тысячи двести белорусских рублей"),
    ("ru", Money(2200, "BYN"), PLAIN, "двадцать два белорусских рубля"),
    ("ru", Money(100, "UAH"), PLAIN, "одна гривна"),
    ("ru", Money(1500, "KZT"), PLAIN, "пятнадцать тенге"),
    ("ru", Money(121, "JPY"), PLAIN, "сто двадцать одна иена"),
    ("ru", Money(1005, "KWD"), PLAIN, "один кувейтский динар пять филсов"),
    ("ru", Money(120150, "RUB"), GENITIVE, "одной тысячи двухсот одного рубля пятидесяти копеек"),
    ("ru", Decimal("12.50"), PLAIN, "двенадцать целых пять десятых процента"),
    ("ru", Decimal("1.01"), PLAIN, "одна целая одна сотая процента"),
    ("ru", Decimal("0.125"), PLAIN, "ноль целых сто двадцать пять тысячных процента"),
    ("ru", Decimal(21), PLAIN, "двадцать один процент"),
    ("ru", Decimal("-3"), PLAIN, "минус три процента"),
    ("ru", Decimal("21.1"), GENITIVE, "двадцати одной целой одной десятой процента"),
    ("ru", DAY, PLAIN, "второе марта"),
    ("ru", DAY, OF_YEAR, "второго марта две тысячи двадцать шестого года"),
    ("ru", date(2000, 1, 31), YEAR, "тридцать первое января двухтысячного года"),
    ("ru", date(1999, 9, 3), YEAR, "третье сентября тысяча девятьсот девяносто девятого года"),
    ("ru", date(2040, 9, 3), YEAR, "третье сентября две тысячи сорокового года"),
    ("ru", Digits("0452"), PLAIN, "ноль четыре пять два"),
    ("uk", 1, DAYS, "один день"),
    ("uk", 22, DAYS, "двадцять два дні"),
    ("uk", 25, DAYS, "двадцять п'ять днів"),
    ("uk", 24, Form(noun=Noun.MONTH, case=Case.GENITIVE), "двадцяти чотирьох місяців"),
    ("uk", Money(120052, "UAH"), PLAIN, "одна тисяча двісті гривень п'ятдесят дві копійки"),
    ("uk", Money(100, "UAH"), PLAIN, "одна гривня"),
    ("uk", Money(300, "UAH"), PLAIN, "три гривні"),
    ("uk", Money(200, "RUB"), PLAIN, "два рублі"),
    ("uk", Money(2_000_000_00, "USD"), PLAIN, "два мільйони доларів"),
    ("uk", Money(100100, "UAH"), GENITIVE, "однієї тисячі однієї гривні"),
    ("uk", Decimal("12.5"), PLAIN, "дванадцять цілих п'ять десятих відсотка"),
    ("uk", Decimal(2), PLAIN, "два відсотки"),
    ("uk", DAY, YEAR, "друге березня дві тисячі двадцять шостого року"),
    ("uk", DAY, GENITIVE, "другого березня"),
    ("en", 1, DAYS, "one day"),
    ("en", 105, DAYS, "one hundred and five days"),
    ("en", 1005, DAYS, "one thousand and five days"),
    ("en", 1250, DAYS, "one thousand two hundred and fifty days"),
    ("en", Money(120050, "USD"), PLAIN, "one thousand two hundred dollars and fifty cents"),
    ("en", Money(101, "GBP"), PLAIN, "one pound and one penny"),
    ("en", Money(2, "GBP"), PLAIN, "two pence"),
    ("en", Money(-500, "RUB"), PLAIN, "minus five roubles"),
    ("en", Decimal("12.05"), PLAIN, "twelve point zero five percent"),
    ("en", DAY, PLAIN, "the second of March"),
    ("en", DAY, YEAR, "the second of March twenty twenty-six"),
    ("en", date(2006, 5, 21), YEAR, "the twenty-first of May two thousand and six"),
    ("en", date(1905, 5, 1), YEAR, "the first of May nineteen oh five"),
    ("zh", 2, DAYS, "两天"),
    ("zh", 12, MONTHS, "十二个月"),
    ("zh", 22, DAYS, "二十二天"),
    ("zh", 105, DAYS, "一百零五天"),
    ("zh", 10005, DAYS, "一万零五天"),
    ("zh", Money(12_0000_00, "CNY"), PLAIN, "十二万元"),
    ("zh", Money(200, "CNY"), PLAIN, "两元"),
    ("zh", Money(1250, "CNY"), PLAIN, "十二点五元"),
    ("zh", Money(205, "CNY"), PLAIN, "二点零五元"),
    ("zh", Money(1_0000_0012_00, "USD"), PLAIN, "一亿零一十二美元"),
    ("zh", Money(-2_0203_00, "CNY"), PLAIN, "负两万零两百零三元"),
    ("zh", Decimal("12.5"), PLAIN, "百分之十二点五"),
    ("zh", DAY, YEAR, "二零二六年三月二日"),
    ("zh", Digits("2052"), PLAIN, "二零五二"),
]


def words(language: str, value: Value, form: Form) -> str:
    tongue = TONGUES[language]
    return tongue.between.join(tongue.vocabulary[token] for token in tokens(tongue, value, form))


@pytest.mark.parametrize(("language", "value", "form", "said"), SENTENCES)
def test_values_are_told_as_people_tell_them(
    language: str, value: Value, form: Form, said: str
) -> None:
    assert words(language, value, form) == said


_FORMS = [(language, case) for language in LANGUAGES for case in sorted(TONGUES[language].cases)]
_NUMBERS = st.one_of(
    st.integers(0, 10**9), st.integers(0, 2000), st.integers(0, 9999).map(lambda n: n * 10_000)
)


@pytest.mark.parametrize(("language", "case"), _FORMS)
@given(number=_NUMBERS)
def test_a_number_is_understood_as_itself(language: str, case: Case, number: int) -> None:
    assert number_in(words(language, number, Form(case=case)), language) == number


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    value=st.one_of(
        st.integers(-LARGEST, LARGEST),
        st.dates(date(1900, 1, 1), date(2099, 12, 31)),
        st.decimals(-10_000, 10_000, places=4),
        st.tuples(st.integers(-LARGEST, LARGEST), st.integers(0, 11)),
    ),
    noun=st.sampled_from(Noun),
    year=st.booleans(),
)
def test_whatever_is_told_has_its_files(
    language: str, value: object, noun: Noun, year: bool
) -> None:
    tongue = TONGUES[language]
    if isinstance(value, tuple):
        value = Money(value[0], sorted(tongue.currencies)[value[1]])
    for case in tongue.cases:
        form = Form(case=case, noun=noun if isinstance(value, int) else None, year=year)
        assert set(tokens(tongue, value, form)) <= tongue.vocabulary.keys()  # type: ignore[arg-type]


@given(number=st.integers(0, 10**9))
def test_forms_follow_the_plural_rules_of_cldr(number: int) -> None:
    for language in ("ru", "uk"):
        assert follows(number).value == Locale.parse(language).plural_form(number)
    assert set(Follows) == {"one", "few", "many", "of-one"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_inventory_is_small_and_every_file_says_something_else(language: str) -> None:
    files = vocabulary(language)
    assert len(files) < 450
    assert len(set(files.values())) == len(files)
    assert all(name.isascii() and "/" not in name for name in files)
    assert {"RUB", "USD", "EUR", "UAH", "KZT", "CNY", "GBP", "BYN"} <= TONGUES[language].currencies


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("value", "form"),
    [
        (LARGEST + 1, DAYS),
        (Money(LARGEST * 100 + 100, "RUB"), PLAIN),
        (Money(100, "XAF"), PLAIN),
        (Decimal("0.00001"), PLAIN),
        (Decimal("NaN"), PLAIN),
        (date(1899, 12, 31), PLAIN),
        (Digits("12-4"), PLAIN),
    ],
)
def test_what_has_no_words_is_refused(language: str, value: Value, form: Form) -> None:
    with pytest.raises(Unspeakable):
        tokens(TONGUES[language], value, form)


def test_no_amount_changes_its_currency() -> None:
    """Two currencies must not sound alike in one language."""
    for language in LANGUAGES:
        currencies = TONGUES[language].currencies
        told = {words(language, Money(10 ** EXPONENTS[one], one), PLAIN) for one in currencies}
        assert len(told) == len(currencies)
