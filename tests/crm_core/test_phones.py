"""Numbers as trunks, people and attackers write them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.phones import classify, display, mask, normalise
from routing.terms import NumberClass

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
REGIONS = st.sampled_from(["RU", "UA", "KZ", "BY", "CN", "GB", "US", "IT"])
SIGNS = st.text(alphabet="0123456789+-() .;=,#*xext:@/доб٠٩０９", max_size=40)


@pytest.mark.parametrize(
    ("raw", "region", "number"),
    [
        ("+79123456789", "RU", "+79123456789"),
        ("89123456789", "RU", "+79123456789"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("9123456789", "RU", "+79123456789"),
        ("79123456789", "RU", "+79123456789"),
        ("8–912–345–67–89", "RU", "+79123456789"),
        ("８９１２３４５６７８９", "RU", "+79123456789"),
        ("٨٩١٢٣٤٥٦٧٨٩", "RU", "+79123456789"),
        ("050 123 45 67", "UA", "+380501234567"),
        ("380501234567", "RU", "+380501234567"),
        ("0044 20 7946 0018", "RU", "+442079460018"),
        ("810 44 20 7946 0018", "RU", "+442079460018"),
        ("87012345678", "KZ", "+77012345678"),
        ("13800138000", "CN", "+8613800138000"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("+44 20 7946 0018 ext. 5", "RU", "+442079460018"),
        ("+44 20 7946 0018 x5", "RU", "+442079460018"),
        ("8 912 345-67-89 доб. 12", "RU", "+79123456789"),
        ("+79123456789,,12#", "RU", "+79123456789"),
        ("tel:+7-912-345-67-89", "RU", "+79123456789"),
        ("tel:9123456789;phone-context=+7", "US", "+79123456789"),
        ("+79123456789;phone-context=+44", "RU", "+79123456789"),
        ("+79123456789;phone-context=bank.example", "RU", "+79123456789"),
        ("sip:+79123456789@10.0.0.1;user=phone", "RU", "+79123456789"),
    ],
)
def test_what_people_and_trunks_write(raw: str, region: str, number: str) -> None:
    assert normalise(raw, region) == number


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "Restricted",
        "PRIVATE",
        "unavailable",
        "withheld",
        "hangup",
        "HANGUP",
        "1-800-FLOWERS",
        "+7FLOWERS22",
        "sip:anonymous@anonymous.invalid",
        "<script>89123456789</script>",
        "'; DROP TABLE party; --",
        "${EXTEN}",
        "100",
        "112",
        "*100#",
        "+",
        "+0000000000",
        "0",
        "0000000000",
        "+7",
        "9" * 200,
        "+7" + "9" * 198,
        "89123456789\r\nAction: Hangup",
        "89123456789\0",
        "8912345\n6789",
        "89123456789 89123456780",
    ],
)
def test_what_is_no_number(raw: str) -> None:
    assert normalise(raw, "RU") is None


@given(st.one_of(st.text(max_size=200), SIGNS), REGIONS)
@example("+390612345678", "IT")
def test_any_text_gives_a_number_or_none_and_normalising_again_changes_nothing(
    raw: str, region: str
) -> None:
    number = normalise(raw, region)
    if number is None:
        return
    assert E164.fullmatch(number)
    assert normalise(number, region) == number
    assert normalise(number, "RU") == number
    assert normalise(display(number), "RU") == number


@given(st.from_regex(r"9[0-9]{9}", fullmatch=True), st.data())
def test_all_ways_to_write_a_number_are_one_number(national: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(["+7", "8", "7", "tel:+7", "+7 (", "8-"]))
    gap = data.draw(st.sampled_from(["", " ", "-", ".", "—"]))
    written = prefix + gap.join([national[:3], national[3:6], national[6:8], national[8:]])
    if "(" in prefix:
        written = f"+7 ({national[:3]}) {national[3:6]}{gap}{national[6:]}"
    assert normalise(written, "RU") == f"+7{national}"


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_masked_number_hides_at_least_half_of_what_is_not_its_country(number: str) -> None:
    shown = mask(number)
    hidden = shown.count("•")
    assert hidden >= 1
    assert len(re.sub(r"\D", "", shown)) + hidden == len(number) - (shown[:1] != "•" or 0)
    assert display(number)


@pytest.mark.parametrize(
    ("raw", "region", "kind"),
    [
        ("", "RU", NumberClass.WITHHELD),
        ("anonymous", "RU", NumberClass.WITHHELD),
        (" Restricted ", "RU", NumberClass.WITHHELD),
        ("8 (912) 345-67-89", "RU", NumberClass.MOBILE),
        ("+7 495 123-45-67", "RU", NumberClass.FIXED),
        ("8 800 123 45 67", "RU", NumberClass.SERVICE),
        ("+78095551234", "RU", NumberClass.SERVICE),
        ("+380501234567", "RU", NumberClass.FOREIGN),
        ("+77012345678", "RU", NumberClass.FOREIGN),
        ("+77012345678", "KZ", NumberClass.MOBILE),
        ("+79123456789", "KZ", NumberClass.FOREIGN),
        ("+12025550123", "US", NumberClass.MOBILE),
        ("102", "RU", NumberClass.INTERNAL),
        ("4000", "RU", NumberClass.INTERNAL),
        ("+74950000001", "RU", NumberClass.INTERNAL),
        ("8 495 000 00 01", "RU", NumberClass.INTERNAL),
        ("hangup", "RU", NumberClass.UNKNOWN),
        ("9" * 65, "RU", NumberClass.UNKNOWN),
        ("+70000000000", "RU", NumberClass.UNKNOWN),
    ],
)
def test_a_number_has_its_class(raw: str, region: str, kind: NumberClass) -> None:
    assert classify(raw, region, own={"+74950000001"}) is kind


@given(raw=st.text(max_size=70) | SIGNS, region=REGIONS)
def test_any_text_has_a_class(raw: str, region: str) -> None:
    kind = classify(raw, region)
    if kind in (NumberClass.MOBILE, NumberClass.FIXED, NumberClass.SERVICE, NumberClass.FOREIGN):
        assert normalise(raw, region)
    if kind in (NumberClass.WITHHELD, NumberClass.INTERNAL):
        assert normalise(raw, region) is None
