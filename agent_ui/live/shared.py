"""What everybody sees: colleagues and queues, and on boards also calls, figures and more of agents.

Owns the shared part of the state as it was last sent, and which of it is stale. A snapshot for a
new seat is always the state as last sent, so that the next delta fits it. Pure: no I/O.
"""

from collections.abc import Mapping
from typing import Any

from agent_ui.live.agent_clocks import EVERYTHING
from agent_ui.live.patch import Document, bare, difference, encoded, merged
from agent_ui.live.picture import Picture, Touched
from routing.ids import AgentId, CallId, QueueId

Entries = dict[str, Document | None]
"""Entries of a part of the state by id; None means that it is not there any more."""


class SharedState:
    """Collects what notices touched and turns it into one patch at a time."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._agents: set[AgentId] = set()
        self._queues: set[QueueId] = set()
        self._calls: set[CallId] = set()
        self._figures: set[QueueId] = set()
        self._known: Document = {"colleagues": {}, "queues": {}}
        self._board: Document = {"calls": {}, "figures": {}, "staff": {}}
        self._known_json: str | None = None
        self._board_json: str | None = None

    @property
    def stale(self) -> bool:
        """Whether something waits to be told."""
        return bool(self._agents or self._queues or self._calls or self._figures)

    def mark(self, touched: Touched) -> None:
        """Note what must be looked at again."""
        self._agents |= touched.agents
        self._queues |= touched.queues
        self._calls |= touched.calls
        self._figures |= touched.queues

    def time_passed(self) -> None:
        """Look at all figures again: some of them grow with time alone."""
        self._figures |= self._picture.queue_ids() | {EVERYTHING}

    def everything(self) -> None:
        """Look at all again: the roster changed."""
        colleagues, queues = self._known["colleagues"], self._known["queues"]
        self._agents |= self._picture.agent_ids() | set(colleagues)
        self._queues |= self._picture.queue_ids() | set(queues)
        self._calls |= set(self._picture.calls) | set(self._board["calls"])
        self._figures |= set(self._board["figures"])
        self.time_passed()

    def flush(self) -> tuple[Document, Document]:
        """The patches for consoles and for boards (what only they show), and all is told."""
        console, board = self._patch_known(), self._patch_board()
        self._agents, self._queues = set(), set()
        self._calls, self._figures = set(), set()
        if console:
            self._known, self._known_json = merged(self._known, console), None
        if board:
            self._board, self._board_json = merged(self._board, board), None
        return console, board

    def _patch_known(self) -> Document:
        picture = self._picture
        return _patches(
            self._known,
            colleagues={agent: picture.colleague(agent) for agent in self._agents},
            queues={queue: picture.queue(queue) for queue in self._queues},
        )

    def _patch_board(self) -> Document:
        picture = self._picture
        return _patches(
            self._board,
            calls={call: picture.board_call(call) for call in self._calls},
            figures={queue: picture.figures(queue) for queue in self._figures},
            staff={agent: picture.staff(agent) for agent in self._agents},
        )

    def console_json(self) -> str:
        """Colleagues and queues as last sent, the inside of a JSON object."""
        if self._known_json is None:
            self._known_json = encoded(self._known)[1:-1]
        return self._known_json

    def board_json(self) -> str:
        """What only boards show as last sent, the inside of a JSON object."""
        if self._board_json is None:
            self._board_json = encoded(self._board)[1:-1]
        return self._board_json


def _patches(old: Document, **parts: Mapping[Any, Document | None]) -> Document:
    """The patch for several parts of a state; those in which nothing changed are not in it."""
    patch = {name: _patched(old[name], dict(fresh)) for name, fresh in parts.items()}
    return {name: part for name, part in patch.items() if part}


def _patched(old: Document, fresh: Entries) -> Document:
    """The patch that brings the named entries of `old` to `fresh`; None takes one out."""
    before = {key: old[key] for key in fresh if key in old}
    return difference(before, bare(fresh))
