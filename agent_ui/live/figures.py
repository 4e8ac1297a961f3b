"""The figures of the house's day: by queue, and of the whole house under EVERYTHING. Pure.

Counts and formulas are those of `crm_core.reports.measures`, so that the board of a day and its
report agree. A contact counts on the day in which it ends; one that has not ended counts today,
for it ends today at the earliest. Only the handling time waits for the end of its wrap-up.

What a call adds is taken out and put in again when it changes, so news may come twice or late.
Nothing here reads a clock: `tick` tells what time it is.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent_ui.live.agent_clocks import EVERYTHING, AgentClocks, ms_between
from agent_ui.live.patch import Document, bare
from crm_core.reports.contact import Contact, counts
from crm_core.reports.measures import (
    BY_NAME,
    HANDLING,
    OFFERED,
    Figures,
    ServiceLevel,
    Unit,
    levels_of,
    offered,
)
from crm_core.reports.today import DayInSql
from routing.calls import OVER
from routing.ids import CallId, QueueId
from routing.notices import AgentView, CallView
from routing.roster import Roster
from routing.terms import Activity, Direction

_SHOWN = (
    *OFFERED,
    "abandoned_short",
    "turned_away",
    "self_served",
    "called_back",
    "unreached",
    "transferred",
)
_AT_ONCE = ("service_level", "asa", "abandon_rate", "transfer_rate", "occupancy")
"""Measures of which a contact is part as soon as it is answered or gone."""
_HANDLING = {Activity.ON_CALL: "talk", Activity.ON_HOLD: "hold", Activity.WRAP_UP: "wrap_up"}
_CALLING_BACK = _HANDLING | {Activity.RINGING: "dialling"}


@dataclass(slots=True)
class _Sums:
    """What has been counted for one queue: contacts under way, and those that are over."""

    open: Counter[str] = field(default_factory=Counter)
    over: Counter[str] = field(default_factory=Counter)


class Day:
    """Today, as far as notices and SQL have told. Not thread-safe: one event loop owns it."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self._zone = zone
        self._now = now
        self.begins, self._ends = _day_of(now, zone)
        self._levels: dict[QueueId, ServiceLevel] = {}
        self._contacts: dict[CallId, Contact] = {}
        self._sums: dict[QueueId, _Sums] = defaultdict(_Sums)
        self._clocks = AgentClocks(self.begins)

    # ── Taking in ───────────────────────────────────────────────────────────────────────────

    def tick(self, now: datetime) -> bool:
        """Tell what time it is; True if a new day began."""
        self._now = max(self._now, now)
        if self._now < self._ends:
            return False
        self.begins, self._ends = _day_of(self._now, self._zone)
        self._contacts = {
            call: one for call, one in self._contacts.items() if not self._is_past(one.ended_at)
        }
        self._count_anew()
        self._clocks.begin_day(self.begins)
        return True

    def load(self, roster: Roster) -> None:
        """Learn the queues' settings and the pools."""
        self._levels = dict(levels_of(roster.queues))
        self._count_anew()
        self._clocks.load(roster)

    def begin(self, told: DayInSql) -> None:
        """Take what SQL has of the day so far, before anything else is told."""
        self._contacts = {contact.call: contact for contact in told.contacts}
        self._count_anew()
        self._clocks.add(told.spells)

    def take_call(self, call: CallView) -> set[QueueId]:
        """A call as it stands now. The queues whose figures that may have changed."""
        known = self._contacts.get(call.call)
        if known is not None and call.version <= known.version:
            return set()
        touched = {EVERYTHING}
        if known is not None:
            touched.add(known.counts_in)
            self._count(known, -1)
            del self._contacts[call.call]
        if not self._is_past(call.ended_at):
            contact = self._contacts[call.call] = _contact(call, known)
            touched.add(contact.counts_in)
            self._count(contact, +1)
        return touched

    def take_agent(self, agent: AgentView) -> set[QueueId]:
        """An agent as he stands now. The queues whose figures that may have changed."""
        old = self._clocks.take(agent, dialling=self._is_callback(agent.call))
        touched = set(self._clocks.groups(agent.agent))
        return touched if old is None else touched | self._handled(old, agent.since)

    # ── Showing ─────────────────────────────────────────────────────────────────────────────

    def shown(self, queue: QueueId) -> Document:
        """The figures of a queue or of EVERYTHING for the wire: shares in percent with one
        decimal, times in whole seconds; what cannot be told is not there."""
        now, level = self.figures(queue), self._levels.get(queue)
        told = {name: getattr(now, name) for name in _SHOWN} | {"offered": offered(now)}
        told |= {name: _value(name, now) for name in _AT_ONCE}
        told["aht"] = _value("aht", self.figures(queue, over=True))
        told["states"] = self._clocks.states(queue)
        if level is not None:
            told["level"] = {"within": level.within, "short": level.short, "target": level.target}
        return bare(told)

    def figures(self, queue: QueueId, *, over: bool = False) -> Figures:
        """The sums of a queue or of EVERYTHING, until now; `over` leaves out what is under way."""
        sums = self._sums[queue]
        counted = sums.over if over else sums.over + sums.open
        return Figures(**dict(counted), **self._clocks.times(queue, self._now))

    # ── Counting ────────────────────────────────────────────────────────────────────────────

    def _is_past(self, ended_at: datetime | None) -> bool:
        return ended_at is not None and ended_at < self.begins

    def _is_callback(self, call: CallId | None) -> bool:
        contact = self._contacts.get(call) if call else None
        return contact is not None and contact.direction is Direction.CALLBACK

    def _count(self, contact: Contact, sign: int) -> None:
        level = self._levels.get(contact.counts_in, ServiceLevel())
        added = counts(contact, level)
        for queue in (contact.counts_in, EVERYTHING):
            sums = self._sums[queue]
            counter = sums.over if contact.state in OVER else sums.open
            for name, number in added.items():
                counter[name] += sign * number

    def _handled(self, state: AgentView, until: datetime) -> set[QueueId]:
        """A state is over: what it was spent on is the call's handling."""
        contact = self._contacts.get(state.call) if state.call else None
        parts = _CALLING_BACK if self._is_callback(state.call) else _HANDLING
        part = parts.get(state.activity)
        if part is None or contact is None:
            return set()
        self._count(contact, -1)
        setattr(contact, part, getattr(contact, part) + ms_between(state.since, until))
        self._count(contact, +1)
        return {contact.counts_in, EVERYTHING}

    def _count_anew(self) -> None:
        self._sums.clear()
        for contact in self._contacts.values():
            self._count(contact, +1)


def _contact(call: CallView, known: Contact | None) -> Contact:
    answered_in = known.answered_in if known else None
    if answered_in is None and call.answered_at is not None:
        answered_in = call.queue
    return Contact(
        call=call.call,
        version=call.version,
        state=call.state,
        direction=call.direction,
        queue=call.queue,
        answered_in=answered_in,
        queued_at=call.queued_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        agent=call.agent,
        transfers=call.transfers,
        dismissal=call.dismissal,
        **{name: getattr(known, name) if known else 0 for name in HANDLING},
    )


def _value(name: str, figures: Figures) -> float | None:
    measure = BY_NAME[name]
    value = measure.value(figures)
    if value is None:
        return None
    return round(value) if measure.unit is Unit.SECONDS else round(100 * value, 1)


def _day_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the house's day began and when it ends, UTC; 23 or 25 hours when clocks are moved."""
    today = now.astimezone(zone).date()

    def midnight(days: int) -> datetime:
        return datetime.combine(today + timedelta(days), time(), zone).astimezone(UTC)

    return midnight(0), midnight(1)
