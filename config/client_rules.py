"""`config/clients.yaml`: the rules of client status and tiers, checked as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.files import load_yaml
from config.settings import SettingsInvalid
from crm_core.clients.rules import ClientRules, Criterion, Scale, StatusDays
from crm_core.clients.standing import AMOUNTS, MEASURES
from crm_core.errors import Refused
from crm_core.money import Money

Days = Annotated[int, Field(ge=1, le=36_500)]


class _Status(BaseModel):
    model_config = ConfigDict(extra="forbid")

    new: Days
    active: Days
    inactive: Days
    closed: Days


class _Criterion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fact: str
    points: int = Field(ge=-100, le=100)
    at_least: int | None = None
    at_most: int | None = None
    amounts: dict[str, str] | None = None


class _Scale(BaseModel):
    model_config = ConfigDict(extra="forbid")

    high: int
    points: list[_Criterion] = Field(max_length=200)


class _Tiers(BaseModel):
    model_config = ConfigDict(extra="forbid")

    window_days: Days
    loyalty: _Scale
    value: _Scale


class _Clients(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: _Status
    tiers: _Tiers


def read_client_rules(folder: Path) -> ClientRules:
    """Return the rules. Raises SettingsInvalid, which names each wrong place."""
    path = folder / "clients.yaml"
    try:
        data = _Clients.model_validate(load_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid(lines) from error
    if errors := [f"{path}: {line}" for line in _errors(data)]:
        raise SettingsInvalid(errors)
    return ClientRules(
        days=StatusDays(**data.status.model_dump()),
        window_days=data.tiers.window_days,
        loyalty=_scale(data.tiers.loyalty),
        value=_scale(data.tiers.value),
    )


def _errors(data: _Clients) -> Iterator[str]:
    if data.status.active > data.status.inactive:
        yield "status.active: more than inactive"
    for name in ("loyalty", "value"):
        scale: _Scale = getattr(data.tiers, name)
        for n, one in enumerate(scale.points):
            if problem := _problem(one):
                yield f"tiers.{name}.points.{n}: {problem}"


def _problem(one: _Criterion) -> str | None:
    if one.amounts is None:
        if one.fact not in MEASURES:
            return f"there is no number {one.fact}"
        return None if (one.at_least, one.at_most) != (None, None) else "no bound"
    if one.fact not in AMOUNTS:
        return f"there is no amount {one.fact}"
    try:
        _minor(one.amounts)
    except Refused as error:
        return f"amounts: {error}"
    return None


def _scale(scale: _Scale) -> Scale:
    criteria = (
        Criterion(
            fact=one.fact,
            points=one.points,
            at_least=one.at_least,
            at_most=one.at_most,
            amounts=None if one.amounts is None else _minor(one.amounts),
        )
        for one in scale.points
    )
    return Scale(criteria=tuple(criteria), high=scale.high)


def _minor(amounts: dict[str, str]) -> dict[str, int]:
    return {currency: Money.parse(text, currency).minor for currency, text in amounts.items()}
