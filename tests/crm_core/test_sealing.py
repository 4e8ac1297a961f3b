"""Sealing: what is sealed opens for its own row and kind only, and is found as people spell it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.sealing import (
    KeyringOptions,
    NumberKind,
    NumberRefused,
    NumberSeal,
    SealBroken,
    canonical,
)
from tests.crm_core.bank.offers import RING, SEAL

KINDS = st.sampled_from(NumberKind)


@given(st.from_regex(r"\A[0-9A-Z]{4,40}[0-9]\Z").filter(lambda n: len(n) <= 32), KINDS, st.text())
def test_what_is_sealed_opens_again_for_its_row_and_kind_only(
    number: str, kind: NumberKind, row: str
) -> None:

    one, again = SEAL.seal(number, row, kind=kind), SEAL.seal(number, row, kind=kind)
    assert SEAL.open(one.sealed, one.key, row, kind=kind) == number
    assert one.sealed != again.sealed and one.hash == again.hash == SEAL.hashes(number, kind)["k1"]
    with pytest.raises(SealBroken):
        SEAL.open(one.sealed, one.key, row + "x", kind=kind)
    for other in set(NumberKind) - {kind}:
        assert SEAL.hashes(number, other)["k1"] != one.hash
        with pytest.raises(SealBroken):
            SEAL.open(one.sealed, one.key, row, kind=other)


@pytest.mark.parametrize("broken", ["", "x", "AAAA", "é", "A" * 80])
def test_what_was_changed_does_not_open(broken: str) -> None:
    with pytest.raises(SealBroken):
        SEAL.open(broken, "k1", "a")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *((NumberKind.AGREEMENT, t) for t in ("", "123", "a;b", "12345\0", "1" * 65)),
        *((NumberKind.AGREEMENT, t) for t in ("счёт 1234", "١٢٣٤٥")),
        *((NumberKind.DOCUMENT, t) for t in ("", "123", "passport", "12;34", "1234\0", "1" * 65)),
        *((NumberKind.PERSON, t) for t in ("", "1234", "ИНН 770700", "ABCDE", "1" * 33)),
    ],
)
def test_what_is_no_number_is_refused(kind: NumberKind, typed: str) -> None:
    with pytest.raises(NumberRefused):
        canonical(typed, kind)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (NumberKind.DOCUMENT, " 45 08 № 123456", "4508123456"),
        (NumberKind.DOCUMENT, "II-ма 123456", "IIМА123456"),
        (NumberKind.DOCUMENT, "護照 12345", "護照12345"),
        (NumberKind.DOCUMENT, "٤٥٠٨123", "4508123"),
        (NumberKind.PERSON, "12/345/67890", "1234567890"),
        (NumberKind.PERSON, "rss-mra 80a01", "RSSMRA80A01"),
    ],
)
def test_each_kind_is_spelt_in_its_own_way(kind: NumberKind, typed: str, kept: str) -> None:
    assert canonical(typed, kind) == kept


def test_a_document_is_found_in_letters_of_the_alphabet_next_door() -> None:
    cyrillic, latin = "АВ 123456", "AB 123456"
    assert cyrillic != latin
    found = SEAL.hashes(cyrillic, NumberKind.DOCUMENT)
    assert found == SEAL.hashes(latin, NumberKind.DOCUMENT)
    kept = SEAL.seal(cyrillic, "1", kind=NumberKind.DOCUMENT)
    assert SEAL.open(kept.sealed, kept.key, "1", kind=NumberKind.DOCUMENT) == "АВ123456"


@pytest.mark.parametrize(
    "ring",
    [
        KeyringOptions(current="k1", keys={"k1": b"short"}),
        KeyringOptions(current="k2", keys=RING.keys),
        KeyringOptions(current="k1", keys={}),
    ],
)
def test_a_keyring_without_a_proper_key_is_refused(ring: KeyringOptions) -> None:
    with pytest.raises(ValueError, match="key"):
        NumberSeal(ring)


def test_a_keyring_does_not_show_its_keys() -> None:
    assert str(RING.keys["k1"]) not in repr(RING) and "keys" not in repr(RING)
