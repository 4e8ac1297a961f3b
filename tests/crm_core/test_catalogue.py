"""The catalogue that ships is sound, and one that is not is told what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import config
from crm_core.catalogue import LANGUAGES, CatalogueInvalid, read_catalogue

SHIPPED = Path(str(config.__file__)).parent / "catalogue.yaml"
NAMES = dict.fromkeys(LANGUAGES, "x")
GOOD: dict[str, Any] = {
    "topics": [{"code": "loan", "names": NAMES}],
    "dispositions": [
        {"code": "reached", "names": NAMES, "branches": [{"code": "promise", "names": NAMES}]}
    ],
}


def test_the_shipped_catalogue_is_sound_and_speaks_all_languages() -> None:
    catalogue = read_catalogue(yaml.safe_load(SHIPPED.read_text()))
    assert len(catalogue.topics) >= 10
    leaves = [leaf for entry in catalogue.dispositions for leaf in entry.leaves()]
    assert {"promise", "third_party", "do_not_call", "resolved"} <= {one.code for one in leaves}
    for entry in (*catalogue.topics, *leaves):
        assert len({entry.name(language) for language in LANGUAGES}) >= 2, entry.code


def test_only_the_ends_of_branches_can_be_chosen() -> None:
    catalogue = read_catalogue(GOOD)
    assert catalogue.disposition("promise")
    assert catalogue.disposition("reached") is None
    assert catalogue.topic("promise") is None
    assert catalogue.topic("loan")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"topics": []}, "topics: must be a list with entries"),
        ({"topics": "loan"}, "topics: must be a list with entries"),
        ({"topics": [7]}, "topics[0]: must have code and names"),
        ({"topics": [{"code": "a b", "names": NAMES}]}, "topics[0]: code must be a short word"),
        ({"topics": [{"code": "a", "names": {"en": "x"}}]}, "topics[0]: no name in ru"),
        ({"topics": [{"code": "a", "names": {**NAMES, "fr": "x"}}]}, "unknown language fr"),
        ({"topics": [{"code": "a", "names": NAMES, "nmae": 1}]}, "topics[0]: unknown key nmae"),
        ({"topics": [{"code": "a", "names": NAMES}] * 2}, "topics: the code a stands twice"),
        ({"more": []}, "exactly: topics, dispositions"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], error: str) -> None:
    with pytest.raises(CatalogueInvalid, match=error.replace("[", r"\[")):
        read_catalogue({**GOOD, **change})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "names", "branches", "en", ""]), inner)
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_data_is_a_catalogue_or_refused(topics: object, dispositions: object) -> None:
    with pytest.raises(CatalogueInvalid):
        read_catalogue({"topics": topics, "dispositions": dispositions})
