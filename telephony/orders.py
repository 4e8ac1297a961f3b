"""Commands become AMI actions. Pure: the channel strings are built from ids that we made.

Each command is one action that either happens or does not; the few that need two (release a leg
as well) send the second only for a leg that would otherwise be left alone.
"""

from routing.commands import (
    CallCommand,
    ConsultColleague,
    HangUpCall,
    HangUpLeg,
    HoldCall,
    JoinCall,
    OfferCall,
    ReturnToWaiting,
)
from routing.ids import LegId
from routing.terms import OfferKind
from telephony.ami import Action
from telephony.endpoints import EndpointBook
from telephony.picture import AGENT, CONSULT, HELD, JOIN, OFFER, WAIT, Picture


AT_ONCE = frozenset({OfferKind.RECONNECT, OfferKind.CALLBACK})
"""Offers that the agent's phone takes by itself: he was being kept for the customer."""


class NoSuchLeg(LookupError):
    """The command is about a leg or phone that is not there (any more)."""


def orders(command: CallCommand, picture: Picture, book: EndpointBook) -> list[Action]:
    """Return the actions of a command, in order. Raises NoSuchLeg."""
    desk = _Desk(command, picture, book)
    match command:
        case OfferCall():
            mode = "auto" if command.kind in AT_ONCE else "ring"
            place = f"{desk.endpoint(command.agent)}_{command.offer}_{command.seconds}_{mode}"
            return [desk.redirect(OFFER, place)]
        case ReturnToWaiting():
            return [desk.redirect(WAIT, "s"), *desk.hang_up(command.release)]
        case HoldCall():
            return [desk.redirect_both((HELD, "s"), command.leg, (AGENT, "s"))]
        case JoinCall():
            return [*desk.take_back(command.leg), desk.redirect(JOIN, desk.channel(command.leg))]
        case ConsultColleague():
            place = f"{desk.endpoint(command.agent)}_{command.offer}_{command.seconds}"
            return [desk.redirect_both((HELD, "s"), command.leg, (CONSULT, place))]
        case HangUpCall():
            return [*desk.hang_up(command.customer), *desk.hang_up(command.release)]
        case HangUpLeg():
            return desk.hang_up(command.leg)
    raise TypeError(f"no orders for {type(command).__name__}")


class _Desk:
    """Looks up names and writes actions for one command."""

    def __init__(self, command: CallCommand, picture: Picture, book: EndpointBook) -> None:
        self._command = command
        self._picture = picture
        self._book = book

    def channel(self, leg: LegId) -> str:
        name = self._picture.channel(leg)
        if name is None:
            raise NoSuchLeg(leg)
        return name

    def endpoint(self, agent: object) -> str:
        endpoint = self._book.active(agent)  # type: ignore[arg-type]
        if endpoint is None:
            raise NoSuchLeg(f"agent {agent} has no phone in use")
        return endpoint

    def redirect(self, context: str, exten: str) -> Action:
        headers = (("Channel", self.channel(self._command.customer)), *_place(context, exten, ""))
        return Action("Redirect", headers, request_id=self._command.id)

    def take_back(self, leg: LegId) -> list[Action]:
        """Take an owner's leg out of its consultation, which ends his colleague's."""
        found = self._picture.legs.get(leg)
        if found is None or found.context != CONSULT:
            return []
        headers = (("Channel", found.channel), *_place(AGENT, "s", ""))
        return [Action("Redirect", headers, request_id=self._command.id)]

    def redirect_both(
        self, customer: tuple[str, str], leg: LegId, agent: tuple[str, str]
    ) -> Action:
        headers = (
            ("Channel", self.channel(self._command.customer)),
            *_place(*customer, ""),
            ("ExtraChannel", self.channel(leg)),
            *_place(*agent, "Extra"),
        )
        return Action("Redirect", headers, request_id=self._command.id)

    def hang_up(self, leg: LegId | None) -> list[Action]:
        channel = self._picture.channel(leg) if leg is not None else None
        if channel is None:
            return []
        headers = (("Channel", channel), ("Cause", "16"))
        return [Action("Hangup", headers, request_id=self._command.id)]


def _place(context: str, exten: str, prefix: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{prefix}Context", context),
        (f"{prefix}Exten", exten),
        (f"{prefix}Priority", "1"),
    )
