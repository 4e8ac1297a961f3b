"""tasks.yaml and offers.yaml: the rules of tasks, complaints and offers, checked as a whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.files import load_yaml, place
from config.settings import SettingsInvalid
from crm_core.bank.terms import AgreementKind
from crm_core.catalogue import Entry
from crm_core.complaints.rules import ComplaintRules, ComplaintTopic
from crm_core.interests.matching import OfferRule, OfferRules
from crm_core.interests.states import OfferOutcome
from crm_core.models import PartyKind
from crm_core.tasks.deviation import FIND_REASON
from crm_core.tasks.follow_up import CALL_BACK, FOLLOW_UP
from crm_core.tasks.rules import TaskRules, TaskType
from crm_core.tasks.states import OwnerRule
from crm_core.work_rules import WorkRules

_OURS = frozenset(
    {FOLLOW_UP, CALL_BACK, FIND_REASON, "handle_complaint", "tell_complaint", "work_interest"}
)
"""Kinds of tasks that the product itself makes; the file must have them."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Hours = Annotated[float, Field(gt=0, le=24 * 365)]
Days = Annotated[int, Field(ge=0, le=3650)]
Read = TypeVar("Read", bound=BaseModel)
_Check = Callable[[Read], list[str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Named(_Strict):
    code: Code
    names: dict[Literal["en", "ru", "uk", "zh"], Annotated[str, Field(min_length=1)]] = Field(
        min_length=4
    )

    def entry(self) -> Entry:
        return Entry(self.code, MappingProxyType({str(k): v for k, v in self.names.items()}))


class _Type(_Named):
    norm_hours: Hours
    estimate_min: int = Field(ge=0, le=10_000)
    owner: OwnerRule
    needs_reason: bool = False
    results: list[_Named] = Field(min_length=1)


class _Topic(_Named):
    norm_hours: Hours


class _Escalation(_Strict):
    lead_after_hours: Hours
    supervisor_after_hours: Hours


class _Tasks(_Strict):
    escalation: _Escalation
    types: list[_Type] = Field(min_length=1)
    reasons: list[_Named] = Field(min_length=1)
    complaint_topics: list[_Topic] = Field(min_length=1)


class _Rule(_Strict):
    need: Code
    product: Code
    fit: int = Field(ge=1, le=100)
    kinds: frozenset[PartyKind] = frozenset()
    tiers: frozenset[str] = frozenset()
    has: frozenset[AgreementKind] = frozenset()
    lacks: frozenset[AgreementKind] = frozenset()
    not_overdue: bool = False


class _Offers(_Strict):
    quiet_days: dict[OfferOutcome, Days] = Field(min_length=len(OfferOutcome))
    needs: list[_Named] = Field(min_length=1)
    rules: list[_Rule]


def read_work_rules(folder: Path) -> WorkRules:
    """Return the rules in both files. Raises SettingsInvalid with all that is wrong in one."""
    tasks = _read(_Tasks, folder / "tasks.yaml", _wrong_with_tasks)
    offers = _read(_Offers, folder / "offers.yaml", _wrong_with_offers)
    return WorkRules(
        tasks=TaskRules(
            types={one.code: _type(one) for one in tasks.types},
            reasons=tuple(one.entry() for one in tasks.reasons),
            lead_after=timedelta(hours=tasks.escalation.lead_after_hours),
            supervisor_after=timedelta(hours=tasks.escalation.supervisor_after_hours),
        ),
        complaints=ComplaintRules(
            topics={
                one.code: ComplaintTopic(entry=one.entry(), norm=timedelta(hours=one.norm_hours))
                for one in tasks.complaint_topics
            }
        ),
        offers=OfferRules(
            needs={one.code: one.entry() for one in offers.needs},
            rules=tuple(OfferRule(**one.model_dump()) for one in offers.rules),
            quiet={answer: timedelta(days=days) for answer, days in offers.quiet_days.items()},
        ),
    )


def _type(one: _Type) -> TaskType:
    return TaskType(
        entry=one.entry(),
        norm=timedelta(hours=one.norm_hours),
        estimate_min=one.estimate_min,
        owner=one.owner,
        results=tuple(result.entry() for result in one.results),
        needs_reason=one.needs_reason,
    )


def _read(shape: type[Read], path: Path, wrong: _Check[Read]) -> Read:
    try:
        data = shape.model_validate(load_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error
    if errors := wrong(data):
        raise SettingsInvalid([f"{path}: {line}" for line in errors])
    return data


def _wrong_with_tasks(data: _Tasks) -> list[str]:
    types = [one.code for one in data.types]
    errors = [f"types: there must be {code}" for code in sorted(_OURS - set(types))]
    errors += _twice("types", types)
    errors += _twice("reasons", [one.code for one in data.reasons])
    errors += _twice("complaint_topics", [one.code for one in data.complaint_topics])
    if data.escalation.supervisor_after_hours < data.escalation.lead_after_hours:
        errors.append("escalation: the supervisor cannot hear of it before the lead")
    return errors


def _wrong_with_offers(data: _Offers) -> list[str]:
    needs = [one.code for one in data.needs]
    unknown = [one.need for one in data.rules if one.need not in needs]
    return _twice("needs", needs) + [f"rules: there is no need {need}" for need in unknown]


def _twice(part: str, codes: list[str]) -> list[str]:
    return [f"{part}: {code} stands twice" for code in sorted(set(codes)) if codes.count(code) > 1]
