"""Which queues and skills there are, by the configuration."""

from agent_ui.web.parts import Parts
from crm_core.staff.assignment import Known
from routing.ids import QueueId, SkillId


def known_of(parts: Parts) -> Known:
    """What an agent can be assigned to."""
    return Known(
        queues=frozenset(QueueId(one) for one in parts.queue_names),
        skills=frozenset(SkillId(one) for one in parts.skill_names),
    )
