"""Carries commands out on one node: orders become actions, their outcomes become facts.

The first action of a command is written at once; what follows waits for replies. Commands about
one customer follow each other: the next waits until the one before it is settled, because what is
asked again later must not undo what was commanded after it. An action whose outcome is unknown is
reported as unknown and never sent again.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from routing.commands import CallCommand, JoinCall, PlaceCall
from routing.facts import CommandSettled, Fact, PlacingFailed
from routing.ids import CallId, CommandId, FactId, LegId, NodeId
from routing.ports import Clock
from routing.terms import CommandOutcome, OfferOutcome
from telephony.ami import (
    Action,
    AmiClient,
    AmiError,
    NotSent,
    OutcomeUnknown,
    Refused,
    Response,
    action,
)
from telephony.endpoints import EndpointBook
from telephony.orders import NoSuchLeg, NotWaiting, Ways, orders
from telephony.outbound import NotDiallable
from telephony.picture import Picture

_log = structlog.get_logger(__name__)

MOVING = "not up"
MOVING_TRIES = 20
MOVING_PAUSE = 0.05
"""What Asterisk says of a channel that is being moved, how often and how soon we ask again."""

Submit = Callable[[Fact], None]


class Dispatcher:
    """Sends what the engine commands. `group` is set while the node runs."""

    def __init__(
        self,
        node: NodeId,
        client: AmiClient,
        book: EndpointBook,
        picture: Callable[[], Picture],
        *,
        ways: Ways,
        submit: Submit,
        clock: Clock,
    ) -> None:
        self.node = node
        self.client = client
        self._ways = ways
        self.group: asyncio.TaskGroup | None = None
        self.outcomes: dict[str, int] = {}
        """How many commands of each kind came out how, since the start."""
        self._book = book
        self._picture = picture
        self._submit = submit
        self._clock = clock
        self._busy: set[LegId] = set()
        """Customers whose command is under way."""
        self._waiting: dict[LegId, deque[CallCommand]] = {}
        """Commands whose turn has not come, by customer."""

    def carry_out(self, command: CallCommand) -> None:
        """Send a command's actions, in order with those before it; its outcome becomes a fact."""
        if self.group is None:
            self._settle(command, CommandOutcome.REFUSED, "the node is not running")
            return
        self._waiting.setdefault(command.customer, deque()).append(command)
        self._go_on(command.customer, self.group)

    def let_in(self) -> None:
        """Carry out what waited for a caller's channel to be movable, or tell that it is gone."""
        if self.group is not None:
            for customer in list(self._waiting):
                self._go_on(customer, self.group)

    def link_down(self) -> None:
        """Refuse what still waits: after an outage it would come too late."""
        waiting, self._waiting = self._waiting, {}
        for commands in waiting.values():
            for command in commands:
                self._settle(command, CommandOutcome.REFUSED, "the link is down")

    def _go_on(self, customer: LegId, group: asyncio.TaskGroup) -> None:
        while self._may_go_on(customer):
            self._start(self._waiting[customer].popleft(), group)
            if not self._waiting[customer]:
                del self._waiting[customer]

    def _may_go_on(self, customer: LegId) -> bool:
        leg = self._picture().legs.get(customer)
        at_the_door = leg is not None and not leg.movable and self.client.is_up
        return customer in self._waiting and customer not in self._busy and not at_the_door

    def _start(self, command: CallCommand, group: asyncio.TaskGroup) -> None:
        try:
            actions = orders(command, self._picture(), self._book, ways=self._ways)
        except NoSuchLeg as error:
            self._settle(command, CommandOutcome.REFUSED, f"no such leg: {error}")
            return
        except (NotWaiting, NotDiallable) as error:
            self._settle(command, CommandOutcome.REFUSED, str(error))
            return
        if isinstance(command, PlaceCall):
            self._picture().placing.add(command.customer)
        self._dispatch(command, actions, group)

    def _dispatch(
        self, command: CallCommand, actions: list[Action], group: asyncio.TaskGroup
    ) -> None:
        """Write the first action at once, for somebody waits; see to the rest beside."""
        try:
            first = self.client.post(actions[0]) if actions else None
        except AmiError as error:
            self._settle(command, CommandOutcome.REFUSED, str(error))
            return
        self._busy.add(command.customer)
        group.create_task(self._send(command, actions, first))

    async def digits(self, call: CallId, digits: str) -> None:
        """Play DTMF to the customer. The digits are neither logged nor kept."""
        customer = self._picture().customer(call)
        if customer is None:
            raise NoSuchLeg(call)
        for digit in digits:
            await self.client.send(
                action("PlayDTMF", Channel=customer.channel, Digit=digit, Duration="160")
            )
            await asyncio.sleep(0.1)

    async def _send(
        self, command: CallCommand, actions: list[Action], first: Awaitable[Response] | None
    ) -> None:
        try:
            for number, act in enumerate(actions):
                if number and isinstance(command, JoinCall):
                    await self._until_alone(command.leg)
                await self._send_when_movable(act, first if number == 0 else None)
        except OutcomeUnknown as error:
            self._settle(command, CommandOutcome.UNKNOWN, str(error))
        except (NotSent, Refused) as error:
            self._settle(command, CommandOutcome.REFUSED, str(error))
        except AmiError as error:
            _log.error("command invalid", node=self.node, command=command.id, why=str(error))
            self._settle(command, CommandOutcome.REFUSED, type(error).__name__)
        else:
            self._settle(command, CommandOutcome.DONE, "")
        self._busy.discard(command.customer)
        self.let_in()

    async def _until_alone(self, leg: LegId) -> None:
        """Wait until an owner's leg has left his colleague: a leg on its way cannot be joined."""
        for _ in range(MOVING_TRIES):
            known = self._picture().legs.get(leg)
            if known is None or known.bridge is None:
                break
            await asyncio.sleep(MOVING_PAUSE)
        await asyncio.sleep(MOVING_PAUSE)

    async def _send_when_movable(self, act: Action, sent: Awaitable[Response] | None) -> None:
        """Send an action, or wait for the reply if it is sent.

        A channel on its way from one Redirect to its place refuses the next one ("channel not
        up"): that one has not happened, so it is asked again a moment later.
        """
        for _ in range(MOVING_TRIES):
            try:
                await (sent or self.client.send(act))
                return
            except Refused as error:
                if act.name != "Redirect" or MOVING not in error.message:
                    raise
            sent = None
            await asyncio.sleep(MOVING_PAUSE)
        await self.client.send(act)

    def _settle(self, command: CallCommand, outcome: CommandOutcome, detail: str) -> None:
        counted = f"{type(command).__name__}.{outcome}"
        self.outcomes[counted] = self.outcomes.get(counted, 0) + 1
        if outcome is not CommandOutcome.DONE:
            _log.warning("command", node=self.node, call=command.call, outcome=outcome)
        self._submit(
            CommandSettled(
                id=FactId(f"settled:{command.id}"),
                at=self._clock.now(),
                command=CommandId(command.id),
                call=command.call,
                outcome=outcome,
                detail=detail,
            )
        )
        if isinstance(command, PlaceCall) and outcome is CommandOutcome.REFUSED:
            self._not_placed(command)

    def _not_placed(self, command: PlaceCall) -> None:
        """The customer is not rung at all, which is told like any other way to miss him."""
        self._picture().placing.discard(command.customer)
        self._submit(
            PlacingFailed(
                id=FactId(f"not-placed:{command.id}"),
                at=self._clock.now(),
                call=command.call,
                outcome=OfferOutcome.UNREACHABLE,
            )
        )
