"""Names the parts that tests may ask for; each lives in a module of its own under tests/parts."""

pytest_plugins = ["tests.parts.asterisk", "tests.parts.postgres", "tests.parts.product"]
