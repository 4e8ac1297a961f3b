"""What may be asked for in a list of applications: the query string, validated."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident
from agent_ui.web.cards.query import LONGEST_CURSOR, given
from crm_core.applications.reading import ApplicationFilters
from crm_core.applications.states import ApplicationState
from routing.ids import AgentId, PartyId


class ApplicationQuery(BaseModel):
    """Filters and place of a page of applications."""

    state: Annotated[ApplicationState | None, BeforeValidator(given)] = None
    owner: Annotated[Ident | None, BeforeValidator(given)] = None
    party: Annotated[Ident | None, BeforeValidator(given)] = None
    late: bool = Field(False, description="Only those whose norm time has run out")
    everything: bool = Field(False, description="Those that are over too")
    cursor: Annotated[str | None, BeforeValidator(given)] = Field(None, max_length=LONGEST_CURSOR)
    limit: int = Field(50, ge=1, le=200)

    def filters(self) -> ApplicationFilters:
        """The filters for crm_core."""
        return ApplicationFilters(
            state=self.state,
            open_only=self.state is None and not self.everything and not self.party,
            owner=AgentId(self.owner) if self.owner else None,
            party=PartyId(self.party) if self.party else None,
            late=self.late,
        )

    @property
    def kept(self) -> dict[str, str]:
        """The filters as an address has them, without the place."""
        return self.model_dump(mode="json", exclude={"cursor", "limit"}, exclude_defaults=True)
