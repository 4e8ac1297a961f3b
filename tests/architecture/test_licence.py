"""Free for everybody: the licence stands in the tree and in the metadata."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_licence_is_apache_in_text_and_metadata() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
