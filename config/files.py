"""The files in `config/`: how they are read, checked as a whole, before anything starts."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import SettingsInvalid
from crm_core.catalogue import Catalogue, CatalogueInvalid, read_catalogue

LARGEST_FILE = 1024 * 1024
"""Bytes; a configuration file beyond this is a mistake."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""How queues, skills and schedules are named in files, journals and rules."""
Names = dict[Literal["en", "ru", "uk", "zh"], Annotated[str, Field(min_length=1, max_length=80)]]
"""Names by language."""


def named(name: str, names: Names) -> dict[str, str]:
    """Names by language; under "" the one that serves where a language has none."""
    return {"": name, **{str(language): text for language, text in names.items()}}


_Part = TypeVar("_Part", bound=BaseModel)


class Strict(BaseModel):
    """A part of a file in which nothing may stand that is not known."""

    model_config = ConfigDict(extra="forbid")


def read_checked(path: Path, shape: type[_Part]) -> _Part:
    """The file in the given shape. Raises SettingsInvalid with a line for each mistake."""
    try:
        return shape.model_validate(load_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error


def twice(path: Path, what: str, codes: Iterable[str]) -> list[str]:
    """A line for each code that stands more than once."""
    counted = Counter(codes)
    return [f"{path}: {what} {code} stands twice" for code, n in counted.items() if n > 1]


def read_catalogue_file(folder: Path) -> Catalogue:
    """Return topics and dispositions. Raises SettingsInvalid."""
    path = folder / "catalogue.yaml"
    try:
        return read_catalogue(load_yaml(path))
    except CatalogueInvalid as error:
        raise SettingsInvalid([f"{path}: {line}" for line in error.errors]) from error


def load_yaml(path: Path) -> Any:
    """What a file of the configuration holds, as plain data. Raises SettingsInvalid."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsInvalid([f"{path}: larger than {LARGEST_FILE} bytes"])
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsInvalid([f"{path}: {error.strerror}"]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise SettingsInvalid([f"{path}: {str(error).splitlines()[0]}"]) from error


def place(parts: tuple[int | str, ...]) -> str:
    """Where in a file something is wrong, as Pydantic tells it."""
    return ".".join(str(part) for part in parts)
