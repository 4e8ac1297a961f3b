"""The nodes of a flow, as values. Only shapes: reading, checking and walking stand elsewhere.

A node names others by their ids. `topic` is a code of the catalogue: whoever comes by such a node
calls about it. Texts of prompts stand in `config/ivr/prompts/` or in the flow itself.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.selfservice.answers import Service
from routing.ids import AgentId, FlowId, QueueId, ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The base of all nodes."""

    node: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Node):
    """Tell prompts, in order."""

    prompts: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A key of a menu, the prompt that offers it (none: the menu's own says it), and its node."""

    key: str
    to: str
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Node):
    """Offer keys. Who presses none, or a wrong one, `tries` times goes to `gave_up`."""

    prompts: tuple[str, ...] = ()
    choices: tuple[Choice, ...]
    gave_up: str
    seconds: int = 5
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Node):
    """Take digits and keep them under a name; `#` ends them. They are no secrets."""

    prompts: tuple[str, ...]
    name: str
    fewest: int = 1
    most: int = 20
    next: str
    gave_up: str
    seconds: int = 5
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Node):
    """Ask for a client number or a card's last digits. Whether there is such a client is told to
    nobody: any entry goes to `next`. `suggested`: where the telephone's number suggests one client
    alone, he is taken without asking; it proves nothing."""

    prompts: tuple[str, ...]
    suggested: bool = True
    next: str
    gave_up: str
    seconds: int = 5
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify(Node):
    """Ask for the PIN. Digits typed here leave the process nowhere."""

    prompts: tuple[str, ...]
    wrong: str
    """The prompt after a wrong PIN, the same for one that does not exist."""
    verified: str
    failed: str
    seconds: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPin(Node):
    """Take a one-time code, then a new PIN twice."""

    code: tuple[str, ...]
    pin: tuple[str, ...]
    again: tuple[str, ...]
    weak: str
    """The prompt after a PIN that is too easy to guess."""
    next: str
    failed: str
    seconds: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Node):
    """Ask the bank. `found`, `none` (he has no such thing), `stale` (older than may be told),
    `away` (the bank does not answer), `refused` (he is not verified; left out where all are
    told)."""

    service: Service
    found: str
    none: str
    stale: str
    away: str
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak(Node):
    """Tell what the last look-up of the service found, item by item."""

    service: Service
    most: int = 5
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Node):
    """Ask a question that a number answers."""

    prompts: tuple[str, ...]
    question: str
    lowest: int
    highest: int
    next: str
    gave_up: str
    seconds: int = 8
    tries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Node):
    """Let the caller leave a message, until `#`, some 4 s of silence or hanging up. His first
    manager, else a supervisor, gets a task to hear it, on the card of the call."""

    prompts: tuple[str, ...]
    next: str
    seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLanguage(Node):
    """Speak another language from now on."""

    language: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Node):
    """Ask a schedule (schedules.yaml) whether it holds now."""

    schedule: ScheduleId
    open: str
    closed: str


class Asks(StrEnum):
    """What a condition may ask."""

    VERIFIED = "verified"
    SUGGESTED = "suggested"
    """The caller's number suggests exactly one client."""
    LANGUAGE = "language"
    LANGUAGE_KNOWN = "language_known"
    """It is known what he speaks, of himself or because he chose it."""
    COLLECTED = "collected"
    """Digits kept under `name` are one of the values."""
    TOLD = "told"
    """One of the services has been told."""
    OVERDUE = "overdue"
    """The debt that was looked up last has an overdue part."""
    NUMBER_KNOWN = "number_known"
    """He shows a number, so he could be called back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Node):
    """Go one of two ways."""

    asks: Asks
    name: str = ""
    values: tuple[str, ...] = ()
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Node):
    """End: he is called back. Who shows no number goes to `cannot`."""

    prompts: tuple[str, ...] = ()
    cannot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """End: a person. Without a queue or an agent, rules and the client's managers decide."""

    prompts: tuple[str, ...] = ()
    queue: QueueId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Node):
    """End: goodbye."""

    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anywhere:
    """Keys that mean the same at every menu and between what is told, where it has no own choice
    for them; empty is none."""

    person: str = "0"
    back: str = "*"
    main: str = "#"
    repeat: str = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow. `start` is where it begins, `main` the menu that the main-menu key leads to, `person`
    the node that the person key, and everything that goes wrong, leads to."""

    flow: FlowId
    version: str
    names: dict[str, str]
    languages: tuple[str, ...]
    """The first is spoken unless the caller's own is known."""
    start: str
    main: str
    person: str
    nodes: dict[str, Node]
    anywhere: Anywhere = Anywhere()
    no_input: str = ""
    """The prompt before a menu is offered again; likewise after a wrong key."""
    wrong_key: str = ""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Prompts of its own: name, language, text."""
