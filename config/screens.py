"""Who is shown what routing decides: screens, phones."""

from collections.abc import Iterable

from routing.notices import Notice
from routing.ports import Broadcaster


class Screens:
    """Shows notices to everybody who follows them. Implements `routing.ports.Broadcaster`."""

    def __init__(self) -> None:
        self._followers: tuple[Broadcaster, ...] = ()

    def follow(self, *followers: Broadcaster) -> None:
        """Show notices to these from now on."""
        self._followers = followers

    def show(self, notices: Iterable[Notice]) -> None:
        """Pass the notices on."""
        told = tuple(notices)
        for follower in self._followers:
            follower.show(told)
