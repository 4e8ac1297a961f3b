"""What counts as one typing error, and that equality finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.search.typing_errors import forms, one_error_apart, typed_forms, variants

LETTERS = "абвгдежзиклмнопрстуabcdefghij"


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one error."""
    word = draw(st.text(LETTERS, min_size=5, max_size=12))
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    typed = draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            ]
        )
    )
    return word, typed


@given(mistyped())
def test_every_single_error_shares_a_variant_and_is_known_as_one(pair: tuple[str, str]) -> None:
    word, typed = pair
    assert variants(word) & variants(typed)
    assert word == typed or (one_error_apart(word, typed) and one_error_apart(typed, word))


@pytest.mark.parametrize(
    ("one", "other"),
    [("иванов", "иванов"), ("иванов", "ивненов"), ("иванов", "иван"), ("abcde", "bcdea")],
)
def test_equal_words_and_two_errors_are_not_one(one: str, other: str) -> None:
    assert not one_error_apart(one, other)


def test_short_words_numbers_and_han_are_not_guessed_at() -> None:
    assert forms("анна") == forms("1234567") == forms("中国工商银行") == frozenset()
    assert forms("щукин") == {"щукин", "shchukin"}
    assert typed_forms("иван") == {"иван", "ivan"}
