"""Merge patches: what RFC 7396 says, and that a difference applied gives the new state."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.live.patch import bare, difference, encoded, merged

KEYS = st.sampled_from(["a", "b", "c", "звонок", ""])
LEAVES = st.one_of(
    st.booleans(), st.integers(-3, 3), st.text(max_size=3), st.sampled_from([0.5, 1.5, 2.0])
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), LEAVES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
STATES = DOCUMENTS.map(bare)


@given(STATES, STATES)
def test_a_difference_applied_gives_the_new_state(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert encoded_sorted(merged(old, difference(old, new))) == encoded_sorted(new)


@given(STATES, STATES)
def test_a_difference_applied_twice_changes_nothing_more(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    patch = difference(old, new)
    once = merged(old, patch)
    assert merged(once, patch) == once


@given(STATES, STATES)
def test_nothing_is_changed_in_place(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = encoded_sorted(old), encoded_sorted(new)
    merged(old, difference(old, new))
    assert (encoded_sorted(old), encoded_sorted(new)) == before


@given(STATES)
def test_equal_states_have_an_empty_difference(state: dict[str, Any]) -> None:
    assert difference(state, json.loads(encoded(state))) == {}


@given(DOCUMENTS)
def test_bare_keeps_all_but_nulls_of_objects(document: dict[str, Any]) -> None:
    state = bare(document)
    assert None not in state.values()
    assert {key for key, value in document.items() if value is not None} == set(state)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


def test_true_is_not_one() -> None:
    assert difference({"a": 1}, {"a": True}) == {"a": True}


def encoded_sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
