"""Why a call went where it went, as a page or the API tells it: codes, values, and ready sentences.

The shapes of `agent_ui.explaining` in the reader's language, with names in the place of ids.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from agent_ui.explaining import (
    Explanation,
    Naming,
    OfferTold,
    PassedTold,
    Said,
    StepTold,
    Value,
    explain,
    worded,
)
from agent_ui.shapes import Shape
from agent_ui.web.access import parts_of
from agent_ui.web.api import names_of
from agent_ui.web.parties.sentences import sentences
from agent_ui.web.shell import language_of, queue_names, skill_names
from crm_core.cards import Card
from crm_core.cards.way import way_on
from crm_core.staff.employees import employees
from routing.terms import Basis, OfferOutcome, PassedOver


class SaidShape(Shape):
    """A sentence: its code, its values as plain data, and its text in the reader's language."""

    code: Annotated[str, Field(examples=["explain.waited"])]
    values: dict[str, str | list[str]]
    text: Annotated[str, Field(examples=["The call had waited 0:40"])]


class StepShape(Shape):
    """A step of the order of preference. `opened` is null as long as nobody knows."""

    basis: Basis
    opens_at: datetime
    queue: str | None
    needs: Annotated[dict[str, int], Field(description="Levels by skill")]
    agents: list[str]
    opened: bool | None
    who: SaidShape
    opens: SaidShape


class PassedShape(Shape):
    """Somebody who was weighed before the chosen one. `rank` counts managers from 1."""

    agent: str
    name: str
    rank: int | None
    why: PassedOver
    said: SaidShape


class OfferShape(Shape):
    """An offer with its ground; `facts` tell how long the call had waited, and of the pool."""

    offer: str
    agent: str
    name: str
    made_at: datetime
    basis: Basis
    outcome: OfferOutcome
    chosen: SaidShape
    became: SaidShape
    facts: list[SaidShape]
    passed_over: list[PassedShape]


class ExplanationShape(Shape):
    """Why a call went where it went."""

    call: str
    language: str
    keypad: Annotated[list[SaidShape], Field(description="What the caller did at his keypad")]
    facts: list[SaidShape]
    steps: list[StepShape]
    offers: list[OfferShape]


async def explanation_of(request: Request, card: Card) -> ExplanationShape:
    """The explanation of the card's call for whoever asks."""
    async with parts_of(request).db.reading() as session:
        people = {str(one.id): one.name for one in await employees(session)}
    language = language_of(request)
    naming = Naming(
        agents=people,
        queues=queue_names(request, language),
        skills=skill_names(request, language),
        sentence=sentences(request),
    )
    return shaped(card.call, explain(way_on(card)), naming, language=names_of(request).language)


def shaped(call: str, told: Explanation, naming: Naming, *, language: str) -> ExplanationShape:
    """The explanation as it leaves the house."""
    return ExplanationShape(
        call=call,
        language=language,
        keypad=[_said(one, naming) for one in told.keyed],
        facts=[_said(one, naming) for one in told.facts],
        steps=[_step(one, naming) for one in told.steps],
        offers=[_offer(one, naming) for one in told.offers],
    )


def _said(said: Said, naming: Naming) -> SaidShape:
    return SaidShape(code=said.code, values=_plain(said.values), text=worded(said, naming))


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}


def _step(told: StepTold, naming: Naming) -> StepShape:
    step = told.step
    return StepShape(
        basis=step.basis,
        opens_at=step.opens_at,
        queue=step.queue,
        needs=dict(step.needs),
        agents=list(step.agents),
        opened=told.opened,
        who=_said(told.who, naming),
        opens=_said(told.opens, naming),
    )


def _offer(told: OfferTold, naming: Naming) -> OfferShape:
    return OfferShape(
        offer=told.offer,
        agent=told.agent,
        name=naming.agents.get(told.agent, told.agent),
        made_at=told.made_at,
        basis=told.basis,
        outcome=told.outcome,
        chosen=_said(told.chosen, naming),
        became=_said(told.became, naming),
        facts=[_said(one, naming) for one in told.facts],
        passed_over=[_passed(one, naming) for one in told.passed_over],
    )


def _passed(told: PassedTold, naming: Naming) -> PassedShape:
    return PassedShape(
        agent=told.agent,
        name=naming.agents.get(told.agent, told.agent),
        rank=told.rank,
        why=told.why,
        said=_said(told.said, naming),
    )
