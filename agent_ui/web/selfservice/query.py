"""What may be asked of the report on self-service."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from agent_ui.web.cards.query import OptionalIdent, given
from agent_ui.web.reports.query import DaysQuery
from crm_core.reports.intervals import Interval, Period
from crm_core.selfservice.statistics import SurveyGrouping, SurveyQuestion
from routing.ids import AgentId, FlowId, QueueId

_Version = Annotated[str | None, Field(max_length=64), BeforeValidator(given)]


class VisitsQuery(DaysQuery):
    """Visits to flows."""

    interval: Interval = Field(Interval.WHOLE, description="day, week, month or whole")
    flow: OptionalIdent = Field(None, description="Visits to this flow alone")
    version: _Version = Field(None, description="Visits to this version of the flow alone")

    @property
    def of_flow(self) -> FlowId | None:
        return FlowId(self.flow) if self.flow else None


class SurveysQuery(DaysQuery):
    """Answers to surveys."""

    interval: Interval = Field(Interval.WHOLE, description="day, week, month or whole")
    grouping: SurveyGrouping = Field(
        SurveyGrouping.QUEUE, alias="group", description="Whom answers are told apart by"
    )
    queue: OptionalIdent = Field(None, description="Answers about this queue alone")
    agent: OptionalIdent = Field(None, description="Answers about this agent alone")

    def question(self, period: Period) -> SurveyQuestion:
        """What is asked of the period."""
        return SurveyQuestion(
            period=period,
            interval=self.interval,
            grouping=self.grouping,
            queue=QueueId(self.queue) if self.queue else None,
            agent=AgentId(self.agent) if self.agent else None,
        )


class SelfServiceQuery(VisitsQuery, SurveysQuery):
    """The whole page."""
