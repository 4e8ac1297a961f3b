"""What a caller did in a flow, stay by stay, for the figures. Pure; times are aware UTC.

Of all that he types, only the keys of menus come in here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.visits import Step, Visit
from ivr.flows.nodes import Flow, Menu, Node
from ivr.steps.acts import Found, Gone, Happened, Heard, Keyed, PinChecked, PinChosen, Silent
from ivr.steps.walk import Walk
from routing.facts import SelfService
from routing.ids import CallId
from routing.terms import ServiceEnd


class Diary:
    """Notes the stays of one caller."""

    def __init__(self, flow: Flow, call: CallId, began_at: datetime) -> None:
        self._flow = flow
        self._call = call
        self._began_at = self._entered_at = began_at
        self._steps: list[Step] = []

    def note(self, before: Walk, happened: Happened, now: Walk, at: datetime) -> None:
        """Something happened at the node of `before`; another node of `now` ends the stay there."""
        here = before.service.node
        if now.service.node != here or isinstance(happened, Gone):
            leaving, key = _left(self._flow, self._flow.nodes[here], happened, now)
            self._leave(here, leaving, key, at)
        elif _wants_it_again(self._flow, self._flow.nodes[here], happened):
            self._leave(here, Leaving.REPEAT, "", at)

    def visit(self, service: SelfService, end: ServiceEnd, at: datetime) -> Visit:
        """The whole visit, which ends now."""
        if not self._steps or self._steps[-1].leaving is not Leaving.HUNG_UP:
            gone = end is ServiceEnd.LEFT
            failed = end is ServiceEnd.FAILED
            last = Leaving.HUNG_UP if gone else Leaving.FAILED if failed else Leaving.WENT_ON
            self._leave(service.node, last, "", at)
        return Visit(
            call=self._call,
            flow=self._flow.flow,
            version=self._flow.version,
            language=service.language,
            began_at=self._began_at,
            left_at=at,
            end=end,
            told=service.told,
            steps=tuple(self._steps),
        )

    def _leave(self, node: str, leaving: Leaving, key: str, at: datetime) -> None:
        step = Step(node=node, entered_at=self._entered_at, left_at=at, leaving=leaving, key=key)
        self._steps.append(step)
        self._entered_at = at


def _wants_it_again(flow: Flow, node: Node, happened: Happened) -> bool:
    """Whether he pressed the key for it; where digits are typed, that key is one of them."""
    key = happened.key if isinstance(happened, Heard) else ""
    if isinstance(happened, Keyed) and isinstance(node, Menu):
        key = happened.digits
    return bool(key) and key == flow.anywhere.repeat


def _left(flow: Flow, node: Node, happened: Happened, now: Walk) -> tuple[Leaving, str]:
    """How a node was left, and by which key of a menu."""
    decide = _BY_NEWS.get(type(happened))
    return decide(flow, node, happened, now) if decide else (Leaving.WENT_ON, "")


def _hung_up(_flow: Flow, _node: Node, _news: Gone, _now: Walk) -> tuple[Leaving, str]:
    return Leaving.HUNG_UP, ""


def _silent(_flow: Flow, _node: Node, _news: Silent, _now: Walk) -> tuple[Leaving, str]:
    return Leaving.SILENCE, ""


def _heard(flow: Flow, _node: Node, news: Heard, now: Walk) -> tuple[Leaving, str]:
    return _anywhere(flow, news.key, now) or Leaving.WENT_ON, ""


def _keyed(flow: Flow, node: Node, news: Keyed, now: Walk) -> tuple[Leaving, str]:
    if isinstance(node, Menu):
        if news.digits in {choice.key for choice in node.choices}:
            return Leaving.KEY, news.digits
        return _anywhere(flow, news.digits, now) or Leaving.WRONG, ""
    return _anywhere(flow, news.digits, now) or Leaving.KEYED, ""


def _found(_flow: Flow, _node: Node, _news: Found, _now: Walk) -> tuple[Leaving, str]:
    return Leaving.KEYED, ""


def _checked(_flow: Flow, _node: Node, news: PinChecked, _now: Walk) -> tuple[Leaving, str]:
    return (Leaving.WRONG if news.party is None else Leaving.KEYED), ""


def _chosen(_flow: Flow, _node: Node, news: PinChosen, _now: Walk) -> tuple[Leaving, str]:
    return (Leaving.KEYED if news.done else Leaving.WRONG), ""


def _anywhere(flow: Flow, key: str, now: Walk) -> Leaving | None:
    """A key that holds anywhere, if that is where it led."""
    keys, here = flow.anywhere, now.service.node
    if key and key == keys.person and here == flow.person:
        return Leaving.PERSON
    if key and key == keys.main and here == flow.main:
        return Leaving.MAIN_MENU
    return Leaving.BACK if key and key == keys.back else None


_BY_NEWS: Mapping[type, Callable[[Flow, Node, Any, Walk], tuple[Leaving, str]]] = MappingProxyType(
    {
        Gone: _hung_up,
        Silent: _silent,
        Heard: _heard,
        Keyed: _keyed,
        Found: _found,
        PinChecked: _checked,
        PinChosen: _chosen,
    }
)
