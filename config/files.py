"""The files in `config/`: queues and the catalogue, checked as a whole before anything starts."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import SettingsInvalid
from crm_core.catalogue import Catalogue, CatalogueInvalid, read_catalogue
from routing.ids import QueueId
from routing.roster import QueueProfile
from routing.terms import WrapUpMode

LARGEST_FILE = 1024 * 1024
"""Bytes; a configuration file beyond this is a mistake."""


class _Queue(BaseModel):
    model_config = ConfigDict(extra="forbid")

    queue: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    name: str = Field(min_length=1, max_length=80)
    names: dict[Literal["en", "ru", "uk", "zh"], str] = Field(default_factory=dict)
    ring_seconds: int = Field(default=20, ge=5, le=120)
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_seconds: int = Field(default=120, ge=5, le=3600)
    wrap_up_extension_seconds: int = Field(default=60, ge=5, le=3600)
    service_level_seconds: int = Field(default=20, ge=1, le=3600)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dialled: str = Field(pattern=r"^\+?[0-9]{1,20}$")
    queue: str


class _Queues(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default_queue: str
    queues: list[_Queue] = Field(min_length=1, max_length=1000)
    entries: list[_Entry] = Field(default_factory=list, max_length=10_000)


class QueuePlan(BaseModel):
    """The queues and which dialled number leads to which."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    default_queue: QueueId
    queues: tuple[QueueProfile, ...]
    entries: tuple[tuple[str, QueueId], ...]
    names: dict[str, dict[str, str]]
    """By queue and language; under "" the name that serves where a language has none."""


def read_queues(folder: Path) -> QueuePlan:
    """Return the queues. Raises SettingsInvalid."""
    path = folder / "queues.yaml"
    try:
        data = _Queues.model_validate(load_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error
    errors = list(_unknown_queues(path, data))
    if errors:
        raise SettingsInvalid(errors)
    profiles = (
        QueueProfile(**{**item.model_dump(exclude={"names"}), "queue": QueueId(item.queue)})
        for item in data.queues
    )
    return QueuePlan(
        default_queue=QueueId(data.default_queue),
        queues=tuple(profiles),
        entries=tuple((entry.dialled, QueueId(entry.queue)) for entry in data.entries),
        names={
            item.queue: {"": item.name} | {str(k): v for k, v in item.names.items()}
            for item in data.queues
        },
    )


def _unknown_queues(path: Path, data: _Queues) -> list[str]:
    names = [item.queue for item in data.queues]
    errors = [f"{path}: queue {name} stands twice" for name in set(names) if names.count(name) > 1]
    if data.default_queue not in names:
        errors.append(f"{path}: default_queue: there is no queue {data.default_queue}")
    for number, entry in enumerate(data.entries):
        if entry.queue not in names:
            errors.append(f"{path}: entries.{number}: there is no queue {entry.queue}")
    return errors


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
