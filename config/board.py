"""The file `board.yaml`: from when on the board warns and alarms, checked before a start."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent_ui.thresholds import Levels, Limits, Thresholds
from config.files import load_yaml, place
from config.settings import SettingsInvalid

_ABOVE = ("longest_wait", "waiting", "abandon_rate")
_BELOW = ("service_level", "available")
_SHARES = ("service_level", "abandon_rate")


class _Levels(BaseModel):
    model_config = ConfigDict(extra="forbid")

    yellow: float | None = Field(default=None, ge=0, le=86_400)
    red: float | None = Field(default=None, ge=0, le=86_400)


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")

    longest_wait: _Levels | None = None
    waiting: _Levels | None = None
    service_level: _Levels | None = None
    abandon_rate: _Levels | None = None
    available: _Levels | None = None
    least: int | None = Field(default=None, ge=1, le=100_000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Red is worse than yellow, and a share is at most all."""
        for name in (*_ABOVE, *_BELOW):
            levels: _Levels | None = getattr(self, name)
            if levels is None:
                continue
            limits = [one for one in (levels.yellow, levels.red) if one is not None]
            if name in _SHARES and any(one > 100 for one in limits):
                raise ValueError(f"{name}: a share is at most 100 percent")
            if len(limits) == 2 and limits != sorted(limits, reverse=name in _BELOW):
                raise ValueError(f"{name}: red comes before yellow")
        return self


class _Board(BaseModel):
    model_config = ConfigDict(extra="forbid")

    usual: _Limits = _Limits()
    queues: dict[str, _Limits] = Field(default_factory=dict, max_length=1000)


def read_board(folder: Path, *, queues: Collection[str]) -> Thresholds:
    """Return the thresholds; `queues` are those that there are. Without the file nothing warns.

    Raises SettingsInvalid.
    """
    path = folder / "board.yaml"
    if not path.exists():
        return Thresholds()
    try:
        data = _Board.model_validate(load_yaml(path) or {})
    except ValidationError as error:
        lines = [f"{path}: {place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error
    unknown = sorted(data.queues.keys() - set(queues))
    if unknown:
        raise SettingsInvalid([f"{path}: queues: there is no queue {one}" for one in unknown])
    usual = _given(data.usual)
    return Thresholds(
        usual=Limits(**usual),
        queues={queue: Limits(**(usual | _given(own))) for queue, own in data.queues.items()},
    )


def _given(limits: _Limits) -> dict[str, Any]:
    """What was written down, as the values of Limits."""
    written = limits.model_dump(exclude_none=True)
    return {
        name: Levels(**value) if isinstance(value, dict) else value
        for name, value in written.items()
    }
