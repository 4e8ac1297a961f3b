"""Names the parts that tests may ask for; each lives in a module of its own under tests/parts."""

import gc

import pytest
from hypothesis import HealthCheck, settings

# Shared machines draw slowly; that is no defect of ours.
settings.register_profile("ours", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("ours")

pytest_plugins = ["tests.parts.asterisk", "tests.parts.postgres", "tests.parts.product"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of collected tests never become garbage: looking through them again and again took
    a fifth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
