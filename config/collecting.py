"""collections.yaml: the rules of collection work, checked as a whole, each error with its line."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.files import load_yaml, place
from config.settings import SettingsInvalid
from crm_core.catalogue import Entry
from crm_core.collections.score import HIGHEST, Band, ScoreFactor, ScoreTable
from crm_core.collections.states import Channel
from crm_core.collections.strategy import CollectionRules, PromiseRules, Step, Strategy
from crm_core.models import PartyKind

FILE = "collections.yaml"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Days = Annotated[int, Field(ge=0, le=3650)]
Points = Annotated[int, Field(ge=-HIGHEST, le=HIGHEST)]
Place = tuple[int | str, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Named(_Strict):
    code: Code
    names: dict[Literal["en", "ru", "uk", "zh"], Annotated[str, Field(min_length=1)]] = Field(
        min_length=4
    )

    def entry(self) -> Entry:
        return Entry(self.code, MappingProxyType({str(k): v for k, v in self.names.items()}))


class _Broken(_Named):
    channel: Channel
    norm_days: Days


class _Step(_Broken):
    at_dpd: Days
    stage: Code
    min_score: int = Field(default=0, ge=0, le=HIGHEST)
    max_score: int = Field(default=HIGHEST, ge=0, le=HIGHEST)

    def step(self) -> Step:
        fields = self.model_dump(exclude={"code", "names"})
        return Step(entry=self.entry(), **fields)


class _Strategy(_Named):
    kinds: frozenset[PartyKind] = frozenset()
    tiers: frozenset[str] = frozenset()
    steps: list[_Step] = Field(min_length=1, max_length=100)

    def strategy(self) -> Strategy:
        steps = tuple(one.step() for one in self.steps)
        return Strategy(entry=self.entry(), kinds=self.kinds, tiers=self.tiers, steps=steps)


class _Promises(_Strict):
    max_days: int = Field(ge=1, le=365)
    grace_days: int = Field(ge=0, le=60)
    threshold_pct: int = Field(ge=1, le=100)
    max_replaced: int = Field(ge=0, le=20)


class _Score(_Strict):
    version: str = Field(min_length=1, max_length=40)
    factors: dict[ScoreFactor, dict[Days, Points]]


class _Rules(_Strict):
    open_at_dpd: int = Field(ge=1, le=365)
    cure_days: int = Field(ge=1, le=30)
    reopen_days: Days
    longest_pause_days: int = Field(ge=1, le=3650)
    promises: _Promises
    score: _Score
    stages: list[_Named] = Field(min_length=1)
    after_broken: _Broken
    strategies: list[_Strategy] = Field(min_length=1, max_length=100)


def read_collection_rules(folder: Path) -> CollectionRules:
    """The rules in `collections.yaml`. Raises SettingsInvalid with the line of each error."""
    path = folder / FILE
    plain = load_yaml(path)
    try:
        data = _Rules.model_validate(plain)
    except ValidationError as error:
        wrong = [(tuple(one["loc"]), str(one["msg"])) for one in error.errors()]
        raise SettingsInvalid(_told(path, wrong)) from error
    if contradictions := list(_contradictions(data)):
        raise SettingsInvalid(_told(path, contradictions))
    return _rules(data)


def _rules(data: _Rules) -> CollectionRules:
    first, broken = data.stages[0].code, data.after_broken
    table = {
        factor: tuple(Band(at_least=at, points=n) for at, n in sorted(bands.items()))
        for factor, bands in data.score.factors.items()
    }
    return CollectionRules(
        open_at_dpd=data.open_at_dpd,
        cure_days=data.cure_days,
        reopen_days=data.reopen_days,
        longest_pause_days=data.longest_pause_days,
        promises=PromiseRules(**data.promises.model_dump()),
        score=ScoreTable(version=data.score.version, factors=MappingProxyType(table)),
        stages=MappingProxyType({one.code: one.entry() for one in data.stages}),
        after_broken=Step(
            entry=broken.entry(),
            at_dpd=0,
            stage=first,
            channel=broken.channel,
            norm_days=broken.norm_days,
        ),
        strategies=tuple(one.strategy() for one in data.strategies),
    )


def _contradictions(data: _Rules) -> Iterable[tuple[Place, str]]:
    stages = {one.code for one in data.stages}
    yield from _twice(("stages",), data.stages)
    yield from _twice(("strategies",), data.strategies)
    for n, strategy in enumerate(data.strategies):
        at: Place = ("strategies", n, "steps")
        yield from _twice(at, strategy.steps)
        for m, step in enumerate(strategy.steps):
            if step.stage not in stages:
                yield (*at, m, "stage"), f"there is no stage {step.stage}"
            if step.code == data.after_broken.code:
                yield (*at, m, "code"), f"{step.code} is the step after a broken promise"
            if step.min_score > step.max_score:
                yield (*at, m, "min_score"), "must not be above max_score"
        for m, (before, after) in enumerate(pairwise(strategy.steps), start=1):
            if before.at_dpd >= after.at_dpd:
                yield (*at, m, "at_dpd"), "steps must be in ascending order of days past due"
    last = data.strategies[-1]
    if last.kinds or last.tiers:
        yield ("strategies", len(data.strategies) - 1), "the last strategy must suit everybody"


def _twice(at: Place, named: Sequence[_Named]) -> Iterable[tuple[Place, str]]:
    codes = [one.code for one in named]
    for n, code in enumerate(codes):
        if code in codes[:n]:
            yield (*at, n, "code"), f"{code} stands twice"


def _told(path: Path, wrong: Iterable[tuple[Place, str]]) -> list[str]:
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    return [f"{path}:{_line(root, at)}: {place(at)}: {text}" for at, text in wrong]


def _line(node: yaml.Node | None, at: Place) -> int:
    """The line of the place, or of the nearest thing around it that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in at:
        node = _child(node, part)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        found: yaml.Node | None = node.value[part] if part < len(node.value) else None
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None
