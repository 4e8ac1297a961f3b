"""The hub: implements `routing.ports.Broadcaster` and joins picture, desks and seats.

Theory of operation. `show` is called on the event loop with a decision's notices and never
waits. It updates the picture and sends each agent concerned his own delta at once, so a call
pops from the notice alone. What everybody sees follows a moment later, many notices in one
delta: at most every `shared_interval`, and never using more than a fifth of the loop's time.
Personal and shared deltas touch different keys of the state, so their order does not matter.
Records from SQL are asked for by name through `wanted` and come back through `put_record`.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from agent_ui.live import view
from agent_ui.live.desk import CallRecord, Desk
from agent_ui.live.patch import Document, encoded
from agent_ui.live.picture import Picture, Touched
from agent_ui.live.presence import Presence
from agent_ui.live.seats import Audience, Delivery, Seat
from agent_ui.live.shared import SharedState
from agent_ui.options import LiveOptions
from agent_ui.ports import Clock
from crm_core.reports.today import DayInSql
from routing.ids import AgentId, CallId
from routing.notices import AskRefused, CallChanged, CallView, Notice
from routing.roster import Roster

SIGNED_OUT = 4001
ELSEWHERE = 4002
BAD_TICKET = 4003
SHARE_OF_LOOP = 5


class Hub:
    """All live screens of this process. Everything happens on one event loop."""

    def __init__(
        self,
        *,
        picture: Picture,
        delivery: Delivery,
        presence: Presence,
        clock: Clock,
        options: LiveOptions,
    ) -> None:
        self.picture = picture
        self._delivery = delivery
        self._presence = presence
        self._clock = clock
        self._options = options
        self._shared = SharedState(picture)
        self._desks: dict[AgentId, Desk] = {}
        self._consoles, self._boards = Audience("shared"), Audience("shared")
        self._flush: asyncio.TimerHandle | None = None
        self._not_before = 0.0
        self.wanted: Callable[[AgentId, CallId | None], None] = _nobody
        """Called with an agent and a call whose records are needed; None for his lists."""
        self.close_seat: Callable[[Seat, int], None] = _cut
        """Closes a seat's connection with a code, without waiting."""

    # ── From routing ────────────────────────────────────────────────────────────────────────

    def load(self, roster: Roster) -> None:
        """Learn the roster that holds from now on."""
        self.picture.load(roster)
        self._shared.everything()
        self._advance(self._desks)
        self._flush_soon()

    def begin_day(self, told: DayInSql) -> None:
        """Take what SQL has of the day so far, before anything is shown."""
        self.picture.day.begin(told)

    def time_passes(self) -> None:
        """Bring the boards' figures up to now; some of them grow with time alone."""
        self.picture.day.tick(self._clock.now())
        self._shared.time_passed()
        self._flush_soon()

    def show(self, notices: Sequence[Notice]) -> None:
        """Implements `Broadcaster`."""
        touched = self.picture.take(notices)
        for notice in notices:
            match notice:
                case CallChanged(call=call) if call.call in touched.calls:
                    self._note(call, touched)
                case AskRefused():
                    self._refuse(notice)
                case _:
                    pass
        self._advance(touched.screens & self._desks.keys())
        self._shared.mark(touched)
        self._flush_soon()
        self._want(touched)

    def _note(self, call: CallView, touched: Touched) -> None:
        if call.state in view.FINAL:
            for agent in touched.screens & self._desks.keys():
                self._desks[agent].note(call, display=self.picture.display(call.number))

    def _refuse(self, notice: AskRefused) -> None:
        desk = self._desks.get(notice.agent)
        if desk is not None:
            message = {"type": "notice", "code": notice.code, "call": notice.call}
            self._delivery.message(desk.seats, message)

    def _want(self, touched: Touched) -> None:
        for agent in touched.screens & self._desks.keys():
            call = self.picture.call_of(agent)
            if call is not None and self._desks[agent].lacks(call):
                self.wanted(agent, call.call)

    # ── From SQL ────────────────────────────────────────────────────────────────────────────

    def desk(self, agent: AgentId) -> Desk | None:
        """The open desk of an employee; None while he has no tab."""
        return self._desks.get(agent)

    def put_record(self, agent: AgentId, call: CallId, record: CallRecord) -> None:
        """What SQL knows of a call on the agent's screen; asked again if the call has moved on."""
        desk, now = self._desks.get(agent), self.picture.calls.get(call)
        if desk is not None and now is not None:
            desk.records[call] = record
            desk.away.discard(call)
            self._advance([agent])
            if self.picture.call_of(agent) is now and desk.lacks(now):
                self.wanted(agent, call)

    def put_away(self, agent: AgentId, call: CallId) -> None:
        """SQL could not be asked about this call; it will be asked again."""
        desk = self._desks.get(agent)
        if desk is not None:
            desk.away.add(call)
            self._advance([agent])

    def put_unfinished(self, agent: AgentId, entries: Iterable[Document]) -> None:
        """The cards that the agent still has to complete, without those still on screens."""
        desk = self._desks.get(agent)
        if desk is not None:
            desk.put_unfinished(entries)
            self._advance([agent])

    def put_messages(self, agent: AgentId, messages: Sequence[Document]) -> None:
        """What supervisors wrote: to an agent what he has not read, to its author the latest."""
        desk = self._desks.get(agent)
        if desk is not None:
            desk.messages = list(messages)
            self._advance([agent])

    def refresh_lists(self, *agents: AgentId) -> None:
        """What SQL lists for them changed: those who are here get it anew."""
        for agent in agents:
            if agent in self._desks:
                self.wanted(agent, None)

    def finished(self, agent: AgentId, call: CallId) -> None:
        """The agent completed a card; it leaves his list."""
        desk = self._desks.get(agent)
        if desk is not None:
            desk.finish(call)
            self._advance([agent])

    def refresh(self, call: CallId) -> None:
        """The card of a call changed: whoever has it on his screen gets it anew."""
        known = self.picture.calls.get(call)
        for agent in view.participants(known) if known else ():
            if agent in self._desks:
                self.wanted(agent, call)

    # ── Seats ───────────────────────────────────────────────────────────────────────────────

    def join(self, seat: Seat, *, board: bool) -> None:
        """A tab is live: it gets the whole state, and its older rivals go."""
        agent = seat.employee.id
        desk = self._desks.get(agent)
        if desk is None:
            desk = self._desks[agent] = Desk(employee=seat.employee, board=board)
            desk.advance(self.picture)
            if not board:
                self._presence.came(agent)
            self._want_all(agent)
        self._displace(desk, seat)
        for audience in self._audiences(desk):
            audience.seats.add(seat)
        self._delivery.open.inc()
        self.snapshot(seat)

    def expect(self, agent: AgentId) -> None:
        """After a start: he had a console before, so he is lost unless he comes back in time."""
        if agent not in self._desks:
            self._presence.went(agent)

    def leave(self, seat: Seat) -> None:
        """A tab is gone."""
        desk = self._desks.get(seat.employee.id)
        if desk is None or seat not in desk.seats:
            return
        for audience in self._audiences(desk):
            audience.seats.discard(seat)
        self._delivery.open.dec()
        if not desk.seats:
            del self._desks[desk.agent]
            if not desk.board:
                self._presence.went(desk.agent)

    def snapshot(self, seat: Seat) -> None:
        """The whole state as last sent, so that the next delta fits."""
        desk = self._desks[seat.employee.id]
        parts = [encoded(desk.sent)[1:-1], self._shared.console_json()]
        if desk.board:
            parts.append(self._shared.board_json())
        state = "{" + ",".join(part for part in parts if part) + "}"
        self._delivery.hello(seat, state, self.now(), audiences=self._audiences(desk))

    def signed_out(self, session_id: str) -> None:
        """Implements `LiveSessions`: close what this session has open."""
        for seat in [seat for seat in self.seats() if seat.session_id == session_id]:
            self.close_seat(seat, SIGNED_OUT)

    def sessions(self) -> dict[str, bool]:
        """Sessions with live tabs, and whether each was used since this was last asked: by a
        command, or by a call on the screen, which the agent may take by his phone alone."""
        used: dict[str, bool] = {}
        for seat in self.seats():
            active = seat.used or self.picture.call_of(seat.employee.id) is not None
            used[seat.session_id] = used.get(seat.session_id, False) or active
            seat.used = False
        return used

    def seats(self) -> list[Seat]:
        """All live tabs."""
        return [*self._consoles.seats, *self._boards.seats]

    def now(self) -> str:
        """The server's time for the wire."""
        return view.instant(self._clock.now()) or ""

    def close(self) -> None:
        """Stop all timers."""
        self._presence.close()
        if self._flush is not None:
            self._flush.cancel()

    def _audiences(self, desk: Desk) -> tuple[Audience, Audience]:
        """Where the tabs of a desk belong."""
        return desk.audience, self._boards if desk.board else self._consoles

    def _want_all(self, agent: AgentId) -> None:
        self.wanted(agent, None)
        call = self.picture.call_of(agent)
        if call is not None:
            self.wanted(agent, call.call)

    def _displace(self, desk: Desk, newcomer: Seat) -> None:
        """One browser at a time, and so many tabs of it."""
        rivals = [one for one in desk.seats if one.session_id != newcomer.session_id]
        same = [one for one in desk.seats if one.session_id == newcomer.session_id]
        spare = len(same) + 1 - self._options.seats_per_employee
        for seat in rivals + sorted(same, key=lambda one: one.since)[: max(0, spare)]:
            self.close_seat(seat, ELSEWHERE)

    # ── Deltas ──────────────────────────────────────────────────────────────────────────────

    def _advance(self, agents: Iterable[AgentId]) -> None:
        now = self.now()
        for agent in agents:
            desk = self._desks[agent]
            patch = desk.advance(self.picture)
            if patch:
                self._delivery.delta(desk.audience, patch, now)

    def _flush_soon(self) -> None:
        if self._flush is None and self._shared.stale:
            loop = asyncio.get_running_loop()
            self._flush = loop.call_at(max(loop.time(), self._not_before), self._flush_now)

    def _flush_now(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        if self.picture.day.tick(self._clock.now()):
            self._shared.time_passed()
        console, board = self._shared.flush()
        if console:
            self._delivery.delta(self._consoles, console, self.now())
        if console or board:
            self._delivery.delta(self._boards, console | board, self.now())
        ended = loop.time()
        rest = max(self._options.shared_interval, SHARE_OF_LOOP * (ended - began))
        self._not_before = ended + rest
        self._flush = None


def _nobody(_agent: AgentId, _call: CallId | None) -> None:
    """Before anybody is there to fetch records."""


def _cut(seat: Seat, _code: int) -> None:
    seat.transport.abort()
