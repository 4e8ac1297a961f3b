"""The table of self-service flows' versions."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.versions import Version, four_eyes


class FlowVersion(Version):
    """A version of a flow, as the text that was written."""

    __tablename__ = "flow_versions"
    __table_args__ = (
        *four_eyes("flow_versions", "flow"),
        ForeignKeyConstraint(["flow", "equals"], ["flow_versions.flow", "flow_versions.version"]),
    )

    flow: Mapped[str] = mapped_column(primary_key=True)
