"""Random flows, such as reading could have given: `flows` draws nothing that is refused."""

from typing import Any

from hypothesis import strategies as st

from crm_core.selfservice.answers import OPEN_TO_ALL, Service
from ivr.flows.nodes import (
    Anywhere,
    Asks,
    Callback,
    Choice,
    Collect,
    Condition,
    Flow,
    HangUp,
    Hours,
    Identify,
    LookUp,
    Menu,
    Node,
    Record,
    Say,
    SetLanguage,
    SetPin,
    Speak,
    Survey,
    Transfer,
    Verify,
)
from routing.ids import AgentId, FlowId, QueueId, ScheduleId

PERSON = QueueId("persons")
"""The queue of the node that the key for a person leads to; no other leads there."""
LANGUAGES = ("ru", "en")
PROMPTS = ("p0", "p1", "p2")
_PROMPTS = st.lists(st.sampled_from(PROMPTS), min_size=1, max_size=2).map(tuple)
_PROMPT = st.sampled_from(PROMPTS)
_SECONDS = st.integers(min_value=2, max_value=30)
_TRIES = st.integers(min_value=1, max_value=3)
_ASKS = (Asks.VERIFIED, Asks.SUGGESTED, Asks.LANGUAGE_KNOWN, Asks.OVERDUE, Asks.NUMBER_KNOWN)
_KINDS = (
    "say",
    "menu",
    "collect",
    "identify",
    "verify",
    "set_pin",
    "look_up",
    "survey",
    "record",
    "set_language",
    "hours",
    "condition",
    "callback",
)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow of which each node leads to the next, and elsewhere too: onward, to the main menu or
    to a person."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=1, max_size=9))
    nodes: list[Node] = []
    names = ["menu", *(f"n{index}" for index in range(len(kinds))), "bye"]
    for index, kind in enumerate(kinds):
        name, after = names[index + 1], names[index + 2]
        anywhere = st.sampled_from([*names[index + 2 :], "menu", "person"])
        nodes += _node(draw, kind, name, after, anywhere)
    first = Choice(key="1", to=names[1], prompt=draw(st.sampled_from(("", *PROMPTS))))
    menu = Menu(node="menu", prompts=("p0",), choices=(first,), gave_up="bye", tries=draw(_TRIES))
    bye = HangUp(node="bye", prompts=draw(st.sampled_from(((), ("goodbye",)))))
    person = Transfer(node="person", prompts=("to_person",), queue=PERSON)
    return Flow(
        flow=FlowId("drawn"),
        version="draft",
        names={"en": "Drawn: a flow, «{}»".replace("{}", draw(st.sampled_from(("yes", "1", "#"))))},
        languages=LANGUAGES,
        start=draw(st.sampled_from(("menu", "n0"))),
        main="menu",
        person="person",
        nodes={one.node: one for one in (menu, *nodes, bye, person)},
        anywhere=draw(st.sampled_from((Anywhere(), Anywhere(back="", repeat="7")))),
        no_input=draw(st.sampled_from(("", "p1"))),
        wrong_key=draw(st.sampled_from(("", "p2"))),
        texts={one: {"ru": "Нет: да", "en": "no"} for one in PROMPTS},
    )


def _node(draw: st.DrawFn, kind: str, name: str, after: str, other: Any) -> list[Node]:
    match kind:
        case "say":
            return [Say(node=name, prompts=draw(_PROMPTS), next=after)]
        case "menu":
            return [_menu(draw, name, after, other)]
        case "collect":
            most = draw(st.integers(min_value=1, max_value=6))
            return [
                Collect(
                    node=name,
                    prompts=draw(_PROMPTS),
                    name="digits",
                    fewest=draw(st.integers(min_value=1, max_value=most)),
                    most=most,
                    next=after,
                    gave_up=draw(other),
                )
            ]
        case "identify":
            suggested = draw(st.booleans())
            return [
                Identify(
                    node=name,
                    prompts=draw(_PROMPTS),
                    suggested=suggested,
                    next=after,
                    gave_up=draw(other),
                    topic="card",
                )
            ]
        case "verify":
            return [
                Verify(
                    node=name,
                    prompts=draw(_PROMPTS),
                    wrong=draw(_PROMPT),
                    verified=after,
                    failed=draw(other),
                    seconds=draw(_SECONDS),
                )
            ]
        case "look_up":
            return _look_up(draw, name, after, other)
    return [_simple(draw, kind, name, after, draw(other))]


def _menu(draw: st.DrawFn, name: str, after: str, other: Any) -> Menu:
    keys = draw(st.lists(st.sampled_from("123456789*#"), unique=True, max_size=3))
    choices = [Choice(key=key, to=draw(other)) for key in keys if key != "1"]
    return Menu(
        node=name,
        prompts=draw(_PROMPTS),
        choices=(Choice(key="1", to=after), *choices, Choice(key="0", to="person")),
        gave_up=draw(other),
        seconds=draw(_SECONDS),
        tries=draw(_TRIES),
    )


def _look_up(draw: st.DrawFn, name: str, after: str, other: Any) -> list[Node]:
    service = draw(st.sampled_from(tuple(Service)))
    exits = {exit_: draw(other) for exit_ in ("none", "stale", "away")}
    refused = "" if service in OPEN_TO_ALL else draw(other)
    spoken = f"{name}_spoken"
    return [
        LookUp(node=name, service=service, found=spoken, refused=refused, **exits),
        Speak(
            node=spoken,
            service=service,
            most=draw(st.integers(min_value=1, max_value=10)),
            next=after,
        ),
    ]


def _simple(draw: st.DrawFn, kind: str, name: str, after: str, other: str) -> Node:
    prompts = draw(_PROMPTS)
    match kind:
        case "set_pin":
            return SetPin(
                node=name,
                code=prompts,
                pin=prompts,
                again=prompts,
                weak="p0",
                next=after,
                failed=other,
            )
        case "survey":
            lowest = draw(st.integers(min_value=1, max_value=4))
            return Survey(
                node=name,
                prompts=prompts,
                question="how",
                lowest=lowest,
                highest=draw(st.integers(min_value=lowest + 1, max_value=10)),
                next=after,
                gave_up=other,
            )
        case "record":
            return Record(node=name, prompts=prompts, next=after)
        case "set_language":
            return SetLanguage(node=name, language=draw(st.sampled_from(LANGUAGES)), next=after)
        case "hours":
            return Hours(node=name, schedule=ScheduleId("office"), open=after, closed=other)
        case "condition":
            asks = draw(st.sampled_from((*_ASKS, Asks.LANGUAGE, Asks.TOLD)))
            values = {Asks.LANGUAGE: ("ru",), Asks.TOLD: ("debt", "cards")}.get(asks, ())
            return Condition(node=name, asks=asks, values=values, yes=after, no=other)
    return Callback(node=name, prompts=prompts, cannot=after)


SPARE = Transfer(node="spare", queue=QueueId("cards"), agent=AgentId("a1"))
"""A kind of node that `flows` has only at its end."""
