"""The roster that a simulated day runs with: the log's own, or queues and rules from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm_core.models.clients import Tier
from crm_core.whatif.calls import RecordedCall
from crm_core.whatif.staffing import Staff
from routing.ids import QueueId
from routing.roster import AgentProfile, QueueProfile, Roster, Schedule
from routing.rules.terms import NO_RULES, Actions, Asked, Condition, Rule, RuleSet, Whose
from routing.terms import WrapUpMode

HIGH = Tier.A
"""The tier of the clients who may go ahead; a log's high priority stands as it."""
CREDIT = 90
"""Seconds that the bank of the log gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Queues, numbers and rules, without the people."""

    queues: tuple[QueueProfile, ...]
    default_queue: QueueId
    entries: tuple[tuple[str, QueueId], ...] = ()
    schedules: tuple[Schedule, ...] = ()
    rules: RuleSet = NO_RULES

    def with_rules(self, rules: RuleSet) -> "House":
        """The same under other rules."""
        return replace(self, rules=rules)

    def roster(self, staff: Staff) -> Roster:
        """The roster of a day. A queue that it does not have is its default queue."""
        return Roster(
            agents=tuple(self._fitted(one) for one in staff.agents),
            queues=self.queues,
            default_queue=self.default_queue,
            entries=self._entries(),
            schedules=self.schedules,
            rules=self.rules,
        )

    def _entries(self) -> tuple[tuple[str, QueueId], ...]:
        """Numbers, and queues by their own names, for sources that name queues."""
        named = {str(one.queue): one.queue for one in self.queues}
        return tuple((named | dict(self.entries)).items())

    def _fitted(self, agent: AgentProfile) -> AgentProfile:
        entries = dict(self._entries())
        fitted = dict.fromkeys(entries.get(one, self.default_queue) for one in agent.queues)
        return replace(agent, queues=tuple(fitted))


def house_of(calls: Sequence[RecordedCall]) -> House:
    """A queue for each type that the calls name, and the log's own priority as a rule.

    Agents end their own wrap-up, since what a call costs after its end is drawn. Whoever calls
    most often is the default queue's.
    """
    names = [call.queue for call in calls]
    codes = sorted(set(names))
    return House(
        queues=tuple(
            QueueProfile(queue=QueueId(code), name=code, wrap_up=WrapUpMode.OPTIONAL)
            for code in codes
        ),
        default_queue=QueueId(max(codes, key=names.count)),
        rules=priority_as_time(CREDIT),
    )


def priority_as_time(credit: int) -> RuleSet:
    """The bank's rule: clients of high priority are taken as if they had come earlier."""
    first = Rule(
        name="priority-as-time",
        when=Condition(asked=Asked.TIER, values=(HIGH,), whose=Whose.LIKELIEST),
        then=Actions(credit=credit),
    )
    return RuleSet(version="log", rules=(first,))
