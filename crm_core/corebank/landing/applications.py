"""Credit applications that were made elsewhere, as the bank tells them.

The bank is the authority: its word on a state holds whatever our own table of moves says. An
application takes the route that fits it today, for its norms and its stages; who told the client of
the decision stays ours. A decision is a fact once and for ever, from whichever telling it came.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.held import CREATED, route_of
from crm_core.applications.records import numbers
from crm_core.applications.route_versions import current
from crm_core.applications.routes import NoRoute, Route
from crm_core.applications.states import STAGED, ApplicationMove, ApplicationState, VoteChoice
from crm_core.corebank.bulk import add_missing, insert_rows
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import AUDITED_AS, Ground, Landing, Refusals, Thing
from crm_core.ids import new_id
from crm_core.models import ApplicationEvent, CreditApplication, DecisionMade, Product
from crm_core.money import Money

_S, _M = ApplicationState, ApplicationMove
_TOLD = ("party", "currency", "amount_minor", "term_months", "purpose", "channel", "state")
_DECISION = ("decision", "decided_at", "approved_minor", "decision_expires_on")
_FIXED = (
    "id", "number", "product", "route_version", "route", "stage", "round", "source", "source_key",
    "created_at", "created_by", "updated_at", "row_version",
)  # fmt: skip
_EVENT = ("id", "application", "at", "actor", "move", "state", "stage", "note")
_DECIDED_AS: Mapping[VoteChoice, ApplicationState] = MappingProxyType(
    {
        VoteChoice.APPROVE: _S.APPROVED,
        VoteChoice.COUNTER: _S.COUNTER_OFFER,
        VoteChoice.DECLINE: _S.DECLINED,
    }
)
_DECIDING = frozenset(_DECIDED_AS.values())
_UNDECIDED = frozenset({_S.SUBMITTED, _S.REVIEW})
_MOVES: Mapping[ApplicationState, ApplicationMove] = MappingProxyType(
    {
        _S.SUBMITTED: _M.SUBMIT,
        _S.REVIEW: _M.TAKE,
        _S.APPROVED: _M.APPROVE,
        _S.COUNTER_OFFER: _M.COUNTER,
        _S.DECLINED: _M.DECLINE,
        _S.WITHDRAWN: _M.WITHDRAW,
        _S.DISBURSED: _M.DISBURSE,
        _S.EXPIRED: _M.EXPIRE,
    }
)
"""What our history calls it that the bank tells of a state."""


class _Decision(NamedTuple):
    """The columns of a decision; all are None where there was none."""

    choice: VoteChoice | None = None
    at: datetime | None = None
    approved: int | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What an application needs of ours: its product, and its route with the routes' version."""

    product: str
    version: int
    route: Route

    def columns(self, state: str) -> tuple[object, ...]:
        """The bank does not tell of our stages: one that is not decided stands at the first."""
        stage = self.route.stages[0].code if state in STAGED else None
        return (self.product, self.version, self.route.code, stage, 1)


async def _add(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    places, refused = await _places(session, things)
    found = [one for one in things if one.target in places]
    numbered = await _numbered(session, found)
    rows = [
        (
            *_told(one.row),
            *_decision(one.row),
            one.target,
            numbered[one.target],
            *places[one.target].columns(one.row["state"]),
            ground.source,
            one.told.key,
            one.row["submitted_at"],
            AUDITED_AS,
            one.row["decided_at"] or one.row["submitted_at"],
            1,
        )
        for one in found
    ]
    await insert_rows(session, CreditApplication, (*_TOLD, *_DECISION, *_FIXED), rows)
    events = [event for one in found for event in _history(one)]
    await insert_rows(session, ApplicationEvent, _EVENT, events)
    await _keep_decisions(session, found)
    return refused


async def _change(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    """Product, route and the day of its making stay."""
    for one in things:
        held = await session.get_one(
            CreditApplication, one.target, with_for_update=True, populate_existing=True
        )
        before, state, decision = held.state, ApplicationState(one.row["state"]), _decision(one.row)
        for name, value in zip(_TOLD, _told(one.row), strict=True):
            setattr(held, name, value)
        if decision.at is not None or state in STAGED:
            for name, value in zip(_DECISION, decision, strict=True):
                setattr(held, name, value)
        if held.decided_at is None:
            held.client_informed_at = held.informed_in_call = None
        if state is not before:
            held.stage = (await route_of(session, held)).stages[0].code if state in STAGED else None
            at = decision.at if state in _DECIDING else ground.now
            event = _event(one.target, at or ground.now, state)
            await insert_rows(session, ApplicationEvent, _EVENT, [event])
        held.updated_at = ground.now
        await session.flush()
    await _keep_decisions(session, things)
    return {}


# ── What it needs of ours ───────────────────────────────────────────────────────────────────


async def _places(session: AsyncSession, things: list[Thing]) -> tuple[dict[str, _Place], Refusals]:
    """Where each goes, by its target; those whose product or route is not known are refused."""
    codes = {one.row["product_code"] for one in things}
    wanted = select(Product.code, Product.id, Product.family).where(Product.code.in_(codes))
    products = {code: (key, family) for code, key, family in await session.execute(wanted)}
    version = await current(session)
    routes = version.routes
    places: dict[str, _Place] = {}
    refused: dict[str, str] = {}
    for one in things:
        product, family = products.get(one.row["product_code"], ("", None))
        if family is None:
            refused[one.told.key] = "product_code"
            continue
        try:
            route = routes.choose(family, Money(one.row["amount"], one.row["currency"]))
        except NoRoute as error:
            refused[one.told.key] = error.code
            continue
        places[one.target] = _Place(product=product, version=version.version, route=route)
    return places, refused


async def _numbered(session: AsyncSession, things: list[Thing]) -> dict[str, str]:
    """Numbers of ours, by target, in the year in which each was submitted."""
    years = Counter(one.row["submitted_at"].year for one in things)
    series = {year: iter(await numbers(session, year, count)) for year, count in years.items()}
    return {one.target: next(series[one.row["submitted_at"].year]) for one in things}


# ── What was told, as columns ───────────────────────────────────────────────────────────────


def _told(row: Values) -> tuple[object, ...]:
    what = (row["party"], row["currency"], row["amount"], row["term_months"])
    return (*what, row["purpose"], row["channel"], ApplicationState(row["state"]))


def _decision(row: Values) -> _Decision:
    state, approved = row["state"], row["approved_amount"]
    if state == _S.DECLINED:
        return _Decision(VoteChoice.DECLINE, row["decided_at"])
    if state in _UNDECIDED or approved is None:
        return _Decision()
    less = state == _S.COUNTER_OFFER or approved < row["amount"]
    choice = VoteChoice.COUNTER if less else VoteChoice.APPROVE
    return _Decision(choice, row["decided_at"], approved, row["decision_expires_on"])


def _history(one: Thing) -> Iterator[tuple[object, ...]]:
    """That it was made, and the decision; when all else happened is not told."""
    yield _event(one.target, one.row["submitted_at"], _S.SUBMITTED, CREATED)
    decision = _decision(one.row)
    if decision.choice is not None and decision.at is not None:
        yield _event(one.target, decision.at, _DECIDED_AS[decision.choice])


def _event(
    application: str, at: datetime, state: ApplicationState, what: str = ""
) -> tuple[object, ...]:
    return (new_id(), application, at, AUDITED_AS, what or _MOVES[state], state, "", "")


async def _keep_decisions(session: AsyncSession, things: list[Thing]) -> None:
    found = [(one.target, one.row["party"], _decision(one.row)) for one in things]
    rows = [(key, party, told.choice, told.at) for key, party, told in found if told.choice]
    await add_missing(session, DecisionMade, ("application", "party", "decision", "at"), rows)


APPLICATION = Landing(add=_add, change=_change)
