"""What is asked of the calculator and of a day's plan, and what comes of it. Pure."""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm_core.errors import FieldRefused
from crm_core.staffing.erlang import Load, Service, service
from crm_core.staffing.forecast import MINUTES, MOST_WEEKS, Expected
from crm_core.staffing.requirement import Requirement, Target, requirement

_Share = Annotated[float, Field(ge=0.01, le=0.99, allow_inf_nan=False)]
_Seconds = Annotated[float, Field(ge=1, le=36_000, allow_inf_nan=False)]


MOST_ERLANGS = 20_000
"""An answer must not hold up the others for more than a moment."""


class Goal(BaseModel):
    """The target: a share of offered calls answered within seconds. `patience` is 0 for never."""

    model_config = ConfigDict(extra="ignore", str_max_length=40)

    target: _Share = 0.8
    within: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 20
    patience: Annotated[float, Field(ge=0, le=36_000, allow_inf_nan=False)] = 120
    shrinkage: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)] = 0.3

    def goal(self) -> Target:
        return Target(service_level=self.target, within=self.within, shrinkage=self.shrinkage)

    def loads(self, calls_per_hour: float, aht: float) -> dict[str, Load]:
        """By model; Erlang A only where callers lose patience."""
        loads = {"erlang_c": Load(calls_per_hour=calls_per_hour, aht=aht)}
        if self.patience:
            loads["erlang_a"] = Load(calls_per_hour=calls_per_hour, aht=aht, patience=self.patience)
        return loads


class Question(Goal):
    """The calculator's question."""

    calls_per_hour: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 200
    aht: _Seconds = 180
    agents: Annotated[int, Field(ge=0, le=20_000)] = 0
    """What so many make of it is told too; 0 asks nothing."""


class PlanQuestion(Goal):
    """A queue's day."""

    queue: Annotated[str, Field(max_length=64)] = ""
    day: date | None = None
    weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS)] = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A model's answer: what is needed, and what the asked number of agents makes of it."""

    model: str
    needed: Requirement
    asked: Service | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """An interval of the plan; without any answered call nothing can be said of agents."""

    start: str
    calls: float
    aht: float | None
    needed: dict[str, Requirement]


def answers(question: Question) -> list[Answer]:
    """By each model. Raises FieldRefused where that is more work than anybody staffs."""
    if question.calls_per_hour * question.aht / 3600 > MOST_ERLANGS:
        raise FieldRefused("calls_per_hour", "too_many")
    return [
        Answer(
            model=model,
            needed=requirement(load, question.goal()),
            asked=service(load, question.agents, within=question.within)
            if question.agents
            else None,
        )
        for model, load in question.loads(question.calls_per_hour, question.aht).items()
    ]


def plan_row(expected: Expected, question: PlanQuestion) -> PlanRow:
    """The agents that an expected interval needs."""
    needed: dict[str, Requirement] = {}
    if expected.aht:
        loads = question.loads(expected.calls * 60 / MINUTES, expected.aht)
        needed = {model: requirement(load, question.goal()) for model, load in loads.items()}
    return PlanRow(
        start=f"{expected.minute // 60:02}:{expected.minute % 60:02}",
        calls=expected.calls,
        aht=expected.aht,
        needed=needed,
    )


def finite(seconds: float) -> float | None:
    """The seconds; None of a wait without end."""
    return seconds if isfinite(seconds) else None
