"""Approval routes as data: which stages an application passes, who may act there, how long, and
how many must vote. Pure: text in, routes or all errors with their places out.

An application takes the first route that fits its product's family, currency and amount. Only the
last stage votes, and it must: whoever leaves an earlier one recommends nothing that binds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import yaml

from crm_core.bank.terms import AgreementKind
from crm_core.errors import Refused
from crm_core.models import Role
from crm_core.money import EXPONENTS, Money
from crm_core.staff.permissions import Permission

LARGEST_TEXT = 64 * 1024
"""Characters of a text of routes."""
LONGEST_CODE = 40
MOST_ROUTES = 100
MOST_STAGES = 20
MOST_VOTES = 15
LONGEST_NORM = 20_000
LONGEST_VALIDITY = 366

_DEEPEST = 8
_MISSING = ": is missing"
_RIGHTS = (Permission.WORK_APPLICATIONS, Permission.DECIDE_APPLICATIONS)


class RoutesInvalid(Refused):
    """The text is no set of routes; `errors` tell where and why."""

    code = "routes_invalid"

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


class NoRoute(Refused):
    """No route fits such a product and amount."""

    code = "no_route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a route. `norm` is business minutes, `votes` how many must vote, 0 where nobody
    does; without `roles` everybody with the `right` may act. Whoever passes a stage that
    `recommends` may not vote; one that asks for `documents` is left when they are complete."""

    code: str
    right: Permission
    norm: int
    votes: int = 0
    roles: frozenset[Role] = frozenset()
    recommends: bool = False
    documents: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route. `up_to` is the greatest amount by currency in minor units; without one, any."""

    code: str
    families: frozenset[AgreementKind]
    up_to: Mapping[str, int] | None
    valid_days: int
    documents: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def norm(self) -> int:
        """Business minutes for the whole of it."""
        return sum(stage.norm for stage in self.stages)

    def fits(self, family: AgreementKind, amount: Money) -> bool:
        if family not in self.families:
            return False
        return self.up_to is None or amount.minor <= self.up_to.get(amount.currency, 0)

    def stage(self, code: str) -> Stage:
        """Raises KeyError."""
        return {stage.code: stage for stage in self.stages}[code]

    def next_stage(self, code: str) -> Stage | None:
        """The stage after this one; None after the last."""
        codes = [stage.code for stage in self.stages]
        place = codes.index(code) + 1
        return self.stages[place] if place < len(codes) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """All routes, in the order in which they are tried."""

    routes: tuple[Route, ...]

    def choose(self, family: AgreementKind, amount: Money) -> Route:
        """The first route that fits. Raises NoRoute."""
        for route in self.routes:
            if route.fits(family, amount):
                return route
        raise NoRoute

    def route(self, code: str) -> Route:
        """Raises KeyError."""
        return {route.code: route for route in self.routes}[code]


@lru_cache(maxsize=32)
def read_routes(text: str) -> Routes:
    """The routes in a text of YAML. Raises RoutesInvalid with all errors and their places."""
    data = _yaml(text)
    if not isinstance(data, Mapping) or set(data) != {"routes"}:
        raise RoutesInvalid(["the text must have exactly: routes"])
    errors: list[str] = []
    items = _list(data["routes"], "routes", MOST_ROUTES, errors)
    routes = tuple(_route(item, f"routes[{n}]", errors) for n, item in enumerate(items))
    _apart([route.code for route in routes], "routes", errors)
    if errors:
        raise RoutesInvalid(_once(errors))
    return Routes(routes=routes)


def _once(errors: Sequence[str]) -> list[str]:
    """The errors without what is told of a place that is missing anyway."""
    missing = {one.removesuffix(_MISSING) for one in errors if one.endswith(_MISSING)}
    return [one for one in errors if one.endswith(_MISSING) or one.partition(":")[0] not in missing]


def _yaml(text: str) -> Any:
    if len(text) > LARGEST_TEXT:
        raise RoutesInvalid([f"the text is longer than {LARGEST_TEXT} characters"])
    try:
        _check_shape(text)
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise RoutesInvalid([f"{place}{error.problem}"]) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise RoutesInvalid(["the text is no YAML"]) from None


def _check_shape(text: str) -> None:
    """Aliases and deep nesting are refused before anything is built of them: both grow out of
    proportion to the text."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise RoutesInvalid(["the text must not use aliases"])
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RoutesInvalid(["the text is nested too deeply"])


def _route(data: Any, place: str, errors: list[str]) -> Route:
    needed = {"code", "families", "valid_days", "documents", "stages"}
    found = _mapping(data, place, needed, {"up_to"}, errors)
    stages = _list(found.get("stages"), f"{place}.stages", MOST_STAGES, errors)
    route = Route(
        code=_code(found.get("code"), f"{place}.code", errors),
        families=_codes_of(AgreementKind, found.get("families"), f"{place}.families", errors),
        up_to=_amounts(found["up_to"], f"{place}.up_to", errors) if "up_to" in found else None,
        valid_days=_number(
            found.get("valid_days"), f"{place}.valid_days", 1, LONGEST_VALIDITY, errors
        ),
        documents=tuple(
            _code(one, f"{place}.documents[{n}]", errors)
            for n, one in enumerate(
                _list(found.get("documents"), f"{place}.documents", MOST_STAGES, errors)
            )
        ),
        stages=tuple(_stage(one, f"{place}.stages[{n}]", errors) for n, one in enumerate(stages)),
    )
    _apart(route.documents, f"{place}.documents", errors)
    _apart([stage.code for stage in route.stages], f"{place}.stages", errors)
    _votes_last(route.stages, f"{place}.stages", errors)
    return route


def _stage(data: Any, place: str, errors: list[str]) -> Stage:
    needed, other = {"code", "right", "norm"}, {"votes", "roles", "recommends", "documents"}
    found = _mapping(data, place, needed, other, errors)
    right = found.get("right")
    if right not in _RIGHTS:
        errors.append(f"{place}.right: must be one of {', '.join(_RIGHTS)}")
        right = Permission.DECIDE_APPLICATIONS
    votes = found.get("votes", 0)
    roles = found.get("roles")
    return Stage(
        code=_code(found.get("code"), f"{place}.code", errors),
        right=Permission(right),
        norm=_number(found.get("norm"), f"{place}.norm", 1, LONGEST_NORM, errors),
        votes=_number(votes, f"{place}.votes", 0, MOST_VOTES, errors),
        roles=frozenset() if roles is None else _codes_of(Role, roles, f"{place}.roles", errors),
        recommends=_flag(found.get("recommends", False), f"{place}.recommends", errors),
        documents=_flag(found.get("documents", False), f"{place}.documents", errors),
    )


def _votes_last(stages: Sequence[Stage], place: str, errors: list[str]) -> None:
    for n, stage in enumerate(stages):
        last = n == len(stages) - 1
        if last and not stage.votes:
            errors.append(f"{place}[{n}].votes: the last stage decides and needs a vote")
        if last and stage.right is not Permission.DECIDE_APPLICATIONS:
            errors.append(f"{place}[{n}].right: the last stage needs decide_applications")
        if stage.votes and not last:
            errors.append(f"{place}[{n}].votes: only the last stage votes")


def _mapping(
    data: Any, place: str, needed: set[str], other: set[str], errors: list[str]
) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        errors.append(f"{place}: must have {', '.join(sorted(needed))}")
        return {}
    errors += [f"{place}.{key}{_MISSING}" for key in sorted(needed - set(data))]
    unknown = set(data) - needed - other
    errors += [f"{place}.{key}: is unknown" for key in sorted(map(str, unknown))]
    return data


def _list(data: Any, place: str, most: int, errors: list[str]) -> list[Any]:
    if not isinstance(data, list) or not data or len(data) > most:
        errors.append(f"{place}: must be a list of 1 to {most}")
        return []
    return data


def _code(data: Any, place: str, errors: list[str]) -> str:
    good = isinstance(data, str) and data.isascii() and data.isidentifier()
    if not good or len(data) > LONGEST_CODE or data != data.lower():
        errors.append(f"{place}: must be a short word of small letters, digits and _")
        return ""
    return str(data)


def _codes_of(kind: Any, data: Any, place: str, errors: list[str]) -> frozenset[Any]:
    known = [one.value for one in kind]
    given = data if isinstance(data, list) else []
    if not given or any(one not in known for one in given):
        errors.append(f"{place}: must be a list of some of {', '.join(known)}")
        return frozenset()
    return frozenset(kind(one) for one in given)


def _amounts(data: Any, place: str, errors: list[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for currency, amount in _mapping(data, place, set(), set(EXPONENTS), errors).items():
        if type(amount) is not int or not 0 < amount < 10**15:
            errors.append(f"{place}.{currency}: must be a whole amount above 0")
        elif currency in EXPONENTS:
            found[currency] = Money.parse(str(amount), currency).minor
    return MappingProxyType(found)


def _number(data: Any, place: str, least: int, most: int, errors: list[str]) -> int:
    if type(data) is not int or not least <= data <= most:
        errors.append(f"{place}: must be a whole number from {least} to {most}")
        return least
    return data


def _flag(data: Any, place: str, errors: list[str]) -> bool:
    if type(data) is not bool:
        errors.append(f"{place}: must be true or false")
    return data is True


def _apart(codes: Sequence[str], place: str, errors: list[str]) -> None:
    twice = sorted({code for code in codes if code and codes.count(code) > 1})
    errors += [f"{place}: the code {code} stands twice" for code in twice]
