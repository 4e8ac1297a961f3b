"""A dry run: what other rules would have meant for the calls of a day. It writes nothing.

Compared is what the rules say of each call, not what would have come of it: waiting times under
other rules are a matter of the simulator. See `crm_core.rules.past` for what is known of a call.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.rules.house import House
from crm_core.rules.past import PastQueues, past_calls
from crm_core.worktime.calendars import calendar
from crm_core.worktime.hours import instant
from crm_core.worktime.opening import schedule
from routing.ids import CallId
from routing.rules.ruling import Rulebook, Ruling
from routing.rules.terms import Asked, Condition, RuleSet

MOST_CALLS = 20_000
MOST_EXAMPLES = 10
_FIELDS = tuple(one.name for one in fields(Ruling) if one.name != "applied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the rules say otherwise about one call: an action, its value before and after."""

    action: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call that would go otherwise, and the rules that applied before and after."""

    call: CallId
    at: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """To how many calls a rule applied; None where there is no such rule. `otherwise` counts those
    of them that would go otherwise."""

    rule: str
    before: int | None
    after: int | None
    otherwise: int

    @property
    def idle(self) -> bool:
        """Whether it is in force after, and applied to no call."""
        return self.after == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Of `calls` calls `otherwise` would go otherwise; `more` if the day had more than looked at.

    `guessed` tells whether a rule asks for free agents, which nobody knows afterwards.
    """

    day: date
    calls: int
    more: bool
    otherwise: int
    actions: tuple[tuple[str, int], ...]
    rules: tuple[RuleCount, ...]
    examples: tuple[Example, ...]
    guessed: bool


async def dry_run(
    session: AsyncSession,
    house: House,
    *,
    before: RuleSet,
    after: RuleSet,
    day: date,
    zone: ZoneInfo,
    most: int = MOST_CALLS,
) -> DryRun:
    """Ask both sets of rules about each inbound call of the local day."""
    since, until = (instant(zone, one, 0) for one in (day, day + timedelta(days=1)))
    held = await calendar(session)
    opening = {one.schedule: schedule(one, held, since) for one in house.opening}
    queues, tally = PastQueues(opening, since), _Tally(before, after)
    books = [Rulebook(rules) for rules in (before, after)]
    async for call in past_calls(session, house, since=since, until=until):
        if tally.calls == most:
            tally.more = True
            break
        queues.now = call.caller.at
        rulings = [book.rule_on(call.caller, queues) for book in books]
        tally.count(call.call, call.caller.at, *rulings)
        queues.entered(call)
    return tally.result(day)


def yesterday(now: datetime, zone: ZoneInfo) -> date:
    """The local day before the moment."""
    return now.astimezone(zone).date() - timedelta(days=1)


class _Tally:
    """Counts as calls go by."""

    def __init__(self, before: RuleSet, after: RuleSet) -> None:
        self.calls = 0
        self.more = False
        self._sets = before, after
        self._applied: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        self._otherwise: Counter[str] = Counter()
        self._actions: Counter[str] = Counter()
        self._changed = 0
        self._examples: list[Example] = []

    def count(self, call: CallId, at: datetime, before: Ruling, after: Ruling) -> None:
        self.calls += 1
        for counter, ruling in zip(self._applied, (before, after), strict=True):
            counter.update(ruling.applied)
        changes = tuple(_changes(before, after))
        if not changes:
            return
        self._changed += 1
        self._otherwise.update({*before.applied, *after.applied})
        self._actions.update(one.action for one in changes)
        if len(self._examples) < MOST_EXAMPLES:
            self._examples.append(
                Example(
                    call=call,
                    at=at,
                    before=before.applied,
                    after=after.applied,
                    changes=changes,
                )
            )

    def result(self, day: date) -> DryRun:
        return DryRun(
            day=day,
            calls=self.calls,
            more=self.more,
            otherwise=self._changed,
            actions=tuple(self._actions.most_common()),
            rules=tuple(self._counts()),
            examples=tuple(self._examples),
            guessed=any(_asks_for_agents(rules) for rules in self._sets),
        )

    def _counts(self) -> Iterator[RuleCount]:
        """The rules of after in their order, then those that are gone."""
        old, new = ([rule.name for rule in rules.rules] for rules in self._sets)
        for name in dict.fromkeys([*new, *old]):
            yield RuleCount(
                rule=name,
                before=self._applied[0][name] if name in old else None,
                after=self._applied[1][name] if name in new else None,
                otherwise=self._otherwise[name],
            )


def _changes(before: Ruling, after: Ruling) -> Iterator[Change]:
    for name in _FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(action=name, before=old, after=new)


def _asks_for_agents(rules: RuleSet) -> bool:
    return _asked([rule.when for rule in rules.rules])


def _asked(conditions: Sequence[Condition]) -> bool:
    return any(one.asked is Asked.FREE_AGENTS or _asked(one.parts) for one in conditions)
