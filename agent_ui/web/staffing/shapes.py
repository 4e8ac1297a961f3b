"""Staffing over the API."""

from typing import Annotated

from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.staffing.asking import Answer, finite
from crm_core.staffing.erlang import Service


class ServiceShape(Shape):
    """What so many agents make of the load; shares are of 1, times in seconds."""

    agents: int
    wait_probability: float
    service_level: Annotated[float, Field(description="Of all offered calls")]
    asa: Annotated[float | None, Field(description="Null where the line never ends")]
    abandon_rate: float
    occupancy: float


class AnswerShape(Shape):
    """One model's answer."""

    model: Annotated[str, Field(examples=["erlang_c", "erlang_a"])]
    planned: Annotated[int, Field(description="With those who are away")]
    needed: ServiceShape
    asked: ServiceShape | None


class StaffingShape(Shape):
    """The agents that a load needs, by each model."""

    erlangs: float
    answers: list[AnswerShape]


def answer_shape(answer: Answer) -> AnswerShape:
    """How an answer goes out."""
    return AnswerShape(
        model=answer.model,
        planned=answer.needed.planned,
        needed=_service(answer.needed.service),
        asked=_service(answer.asked) if answer.asked else None,
    )


def _service(found: Service) -> ServiceShape:
    return ServiceShape(
        agents=found.agents,
        wait_probability=found.wait_probability,
        service_level=found.service_level,
        asa=finite(found.asa),
        abandon_rate=found.abandon_rate,
        occupancy=found.occupancy,
    )
