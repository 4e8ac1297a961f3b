"""skills.yaml: what agents can have skill in."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.files import Code, Names, Strict, named, read_checked, twice
from config.settings import SettingsInvalid

FILE = "skills.yaml"


class _Skill(Strict):
    skill: Code
    name: Annotated[str, Field(min_length=1, max_length=80)]
    names: Names = Field(default_factory=dict)


class _Skills(Strict):
    skills: list[_Skill] = Field(default_factory=list, max_length=200)


def read_skills(folder: Path) -> dict[str, dict[str, str]]:
    """Names of the skills by language, under "" the one that serves where a language has none.

    None without the file. Raises SettingsInvalid.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    data = read_checked(path, _Skills)
    errors = twice(path, "skill", [one.skill for one in data.skills])
    if errors:
        raise SettingsInvalid(errors)
    return {one.skill: named(one.name, one.names) for one in data.skills}
