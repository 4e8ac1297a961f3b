"""The rules of the daily work, together: tasks, complaints, offers. Data from the configuration."""

from dataclasses import dataclass

from crm_core.complaints.rules import ComplaintRules
from crm_core.interests.matching import OfferRules
from crm_core.tasks.rules import TaskRules


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRules:
    """What the parts that deal with work need to know of the bank's rules."""

    tasks: TaskRules
    complaints: ComplaintRules
    offers: OfferRules
