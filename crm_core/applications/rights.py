"""Who may do what with an application now, and why the others may not. Pure, one table of rules.

The page shows the reasons, the use cases refuse by them: what is not offered is not possible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from crm_core.applications.routes import Stage
from crm_core.applications.states import APPLICATION_MOVES, ApplicationMove, ApplicationState
from crm_core.errors import Refused
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission


class Act(StrEnum):
    """What a person can do with an application."""

    SUBMIT = "submit"
    TAKE = "take"
    PASS = "pass"  # noqa: S105 - an act, no secret
    VOTE = "vote"
    ASK_CLIENT = "ask_client"
    CLIENT_ANSWERED = "client_answered"
    RETURN = "return"
    TELL = "tell"
    ACCEPT = "accept"
    SIGN = "sign"
    DISBURSE = "disburse"
    ASSIGN = "assign"
    WITHDRAW = "withdraw"


class WhyNot(StrEnum):
    """Why somebody may not."""

    STATE = "state"
    RIGHT = "right"
    ROLE = "role"
    MAKER = "maker"
    VOTED = "voted"
    DOCUMENTS = "documents"
    LAST_STAGE = "last_stage"
    NOT_LAST_STAGE = "not_last_stage"
    NOT_TOLD = "not_told"
    TOLD = "told"
    VALIDITY = "validity"


class NotPermitted(Refused):
    """The act is not for this person, or not now; `why` tells."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why = why
        self.code = f"application_{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an application stands, as far as that says who may do what. `makers` have created,
    submitted or recommended it; `missing` documents have not come."""

    state: ApplicationState
    stage: Stage | None
    makers: frozenset[str]
    voters: frozenset[str]
    missing: frozenset[str]
    told: bool
    over: bool
    """Whether the decision's validity has ended."""


_Rule = Callable[[Standing, Employee], WhyNot | None]
_A, _M = Act, ApplicationMove


def why_not(standing: Standing, act: Act, who: Employee) -> WhyNot | None:
    """Why this person may not do it now; None if he may."""
    for rule in _RULES[act]:
        reason = rule(standing, who)
        if reason is not None:
            return reason
    return None


def permit(standing: Standing, act: Act, who: Employee) -> None:
    """Raises NotPermitted."""
    reason = why_not(standing, act, who)
    if reason is not None:
        raise NotPermitted(reason)


def _moves(move: ApplicationMove) -> _Rule:
    def rule(standing: Standing, _who: Employee) -> WhyNot | None:
        return None if move in APPLICATION_MOVES[standing.state] else WhyNot.STATE

    return rule


def _has(permission: Permission) -> _Rule:
    def rule(_standing: Standing, who: Employee) -> WhyNot | None:
        return None if who.may(permission) else WhyNot.RIGHT

    return rule


def _stage_right(standing: Standing, who: Employee) -> WhyNot | None:
    return stage_right(standing.stage, who)


def stage_right(stage: Stage | None, who: Employee) -> WhyNot | None:
    """Why this person may not act at the stage, whatever the application."""
    if stage is None:
        return WhyNot.STATE
    if not who.may(stage.right):
        return WhyNot.RIGHT
    return WhyNot.ROLE if stage.roles and who.role not in stage.roles else None


def _not_last(standing: Standing, _who: Employee) -> WhyNot | None:
    return WhyNot.LAST_STAGE if standing.stage and standing.stage.votes else None


def _last(standing: Standing, _who: Employee) -> WhyNot | None:
    return None if standing.stage and standing.stage.votes else WhyNot.NOT_LAST_STAGE


def _documents(standing: Standing, _who: Employee) -> WhyNot | None:
    needed = standing.stage is not None and standing.stage.documents
    return WhyNot.DOCUMENTS if needed and standing.missing else None


def _not_maker(standing: Standing, who: Employee) -> WhyNot | None:
    return WhyNot.MAKER if who.id in standing.makers else None


def _not_voted(standing: Standing, who: Employee) -> WhyNot | None:
    return WhyNot.VOTED if who.id in standing.voters else None


def _decided(standing: Standing, _who: Employee) -> WhyNot | None:
    told_of = {
        ApplicationState.APPROVED,
        ApplicationState.COUNTER_OFFER,
        ApplicationState.DECLINED,
    }
    if standing.told:
        return WhyNot.TOLD
    return None if standing.state in told_of else WhyNot.STATE


def _told(standing: Standing, _who: Employee) -> WhyNot | None:
    return None if standing.told else WhyNot.NOT_TOLD


def _valid(standing: Standing, _who: Employee) -> WhyNot | None:
    return WhyNot.VALIDITY if standing.over else None


def _staged(standing: Standing, _who: Employee) -> WhyNot | None:
    return None if standing.stage is not None else WhyNot.STATE


_WORK, _DECIDE = _has(Permission.WORK_APPLICATIONS), _has(Permission.DECIDE_APPLICATIONS)

_RULES: Mapping[Act, tuple[_Rule, ...]] = MappingProxyType(
    {
        _A.SUBMIT: (_moves(_M.SUBMIT), _WORK),
        _A.TAKE: (_moves(_M.TAKE), _stage_right),
        _A.PASS: (_moves(_M.PASS), _not_last, _stage_right, _documents),
        _A.VOTE: (_moves(_M.APPROVE), _last, _stage_right, _not_maker, _not_voted),
        _A.ASK_CLIENT: (_moves(_M.ASK_CLIENT), _stage_right),
        _A.CLIENT_ANSWERED: (_moves(_M.CLIENT_ANSWERED), _WORK),
        _A.RETURN: (_moves(_M.RETURN), _stage_right),
        _A.TELL: (_decided, _has(Permission.VIEW_APPLICATIONS)),
        _A.ACCEPT: (_moves(_M.ACCEPT), _WORK, _told, _valid),
        _A.SIGN: (_moves(_M.SIGN), _WORK, _valid),
        _A.DISBURSE: (_moves(_M.DISBURSE), _DECIDE, _not_maker),
        _A.ASSIGN: (_staged, _WORK),
        _A.WITHDRAW: (_moves(_M.WITHDRAW), _WORK),
    }
)
