"""The table of routing rules' versions."""

from sqlalchemy import ForeignKeyConstraint

from crm_core.models.versions import Version, four_eyes


class RoutingRules(Version):
    """A version of all routing rules, as the text that was written."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        *four_eyes("routing_rules"),
        ForeignKeyConstraint(["equals"], ["routing_rules.version"]),
    )
