"""Names the parts that tests may ask for; each lives in a module of its own under tests/parts."""

from hypothesis import HealthCheck, settings

# Shared machines draw slowly; that is no defect of ours.
settings.register_profile("ours", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("ours")

pytest_plugins = ["tests.parts.asterisk", "tests.parts.postgres", "tests.parts.product"]
