"""Tests of the screens in a real browser, on the whole product."""

import pytest

from tests.parts.browser import chromium, client_calls, desks

__all__ = ["chromium", "client_calls", "desks"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
