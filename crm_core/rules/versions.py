"""Versions of the routing rules, under four eyes; who and what they name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.errors import Refused, Unknown
from crm_core.four_eyes.kept import Kept
from crm_core.four_eyes.states import VersionState
from crm_core.four_eyes.versions import Deeds, Versions
from crm_core.models import EmployeeRow, RoutingRules
from crm_core.rules.reading import read_rules
from crm_core.rules.vocabulary import Known
from routing.ids import AgentId
from routing.rules.terms import NO_RULES, Rule, RuleSet


class RulesUnknown(Unknown):
    """There is no such version."""

    code = "rules_unknown"


class RulesChanged(Refused):
    """Somebody else was faster: what was shown is no more so."""

    code = "rules_changed"


RULES = Versions(
    table=RoutingRules,
    subject="routing_rules",
    deeds=Deeds(
        draft=Action.RULES_DRAFTED,
        propose=Action.RULES_PROPOSED,
        publish=Action.RULES_PUBLISHED,
        reject=Action.RULES_REJECTED,
    ),
    unknown=RulesUnknown,
    changed=RulesChanged,
)
"""All versions of the rules. A draft is as sound as what is published."""


def sound(known: Known) -> Callable[[str], RuleSet]:
    """What a text must pass to be kept: it is read by what is known. Raises RulesRefused."""
    return lambda body: read_rules(body, known)


async def published(session: AsyncSession) -> RuleSet:
    """The rules in force. What they name may be gone since; routing passes over it."""
    kept = await RULES.in_state(session, VersionState.PUBLISHED)
    if kept is None:
        return NO_RULES
    return in_force(kept, await agents_known(session))


def in_force(kept: Kept, agents: Mapping[str, AgentId]) -> RuleSet:
    """The rules of a version that was checked when it was kept. A name that is gone since stays as
    it is written, and means nobody."""
    rules = read_rules(kept.body, Known(), version=str(kept.version))
    return replace(rules, rules=tuple(_with_agents(rule, agents) for rule in rules.rules))


def _with_agents(rule: Rule, agents: Mapping[str, AgentId]) -> Rule:
    also = tuple(agents.get(one, one) for one in rule.then.also)
    return replace(rule, then=replace(rule.then, also=also))


async def agents_known(session: AsyncSession) -> dict[str, AgentId]:
    """All who work here, by username and by id."""
    row = EmployeeRow
    rows = await session.execute(select(row.id, row.username).where(row.active))
    found: dict[str, AgentId] = {}
    for id_, username in rows:
        found[username] = found[id_] = AgentId(id_)
    return found
