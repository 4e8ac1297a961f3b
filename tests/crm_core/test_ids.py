"""Ids are version 7 and in the order of their making."""

import time
from uuid import RFC_4122, UUID

from crm_core.ids import new_id


def test_they_are_version_7_and_of_now() -> None:
    before = time.time_ns() // 1_000_000
    made = UUID(new_id())
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_they_are_all_different_and_sort_by_age() -> None:
    made = [new_id() for _ in range(2_000)]
    assert len(set(made)) == 2_000
    assert made == sorted(made)
