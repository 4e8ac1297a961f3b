"""Diagrams made from the code; `python -m tests.architecture.diagrams` writes them anew."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from crm_core.applications.states import APPLICATION_MOVES
from crm_core.bank.terms import AGREEMENT_STATES, CARD_STATES, PRODUCT_STATES
from crm_core.collections.states import CASE_STATES, PROMISE_STATES
from crm_core.complaints.states import COMPLAINT_MOVES
from crm_core.four_eyes.states import VERSION_MOVES
from crm_core.interests.states import DEAL_MOVES, INTEREST_MOVES
from crm_core.selfservice.pin_states import PIN_MOVES, REQUEST_MOVES
from crm_core.tasks.states import TASK_MOVES
from crm_core.whatif.states import RUN_MOVES
from routing.calls import TRANSITIONS

STATES = Path(__file__).parents[2] / "docs" / "states.md"

_HEAD = """# State machines

Made from the tables in the code, which the database's constraints are made from too; a test holds
this page to them.
"""


def states_document() -> str:
    """The document with all state machines, as the tables have them now."""
    return "\n".join(
        [
            _HEAD,
            *_by_event("Call", "routing/calls.py", TRANSITIONS),
            *_by_event("Credit application", "crm_core/applications/states.py", APPLICATION_MOVES),
            *_plain("Product version", PRODUCT_STATES),
            *_plain("Agreement", AGREEMENT_STATES),
            *_plain("Bank card", CARD_STATES),
            *_by_event("Collection case", "crm_core/collections/states.py", CASE_STATES),
            *_by_event("Promise to pay", "crm_core/collections/states.py", PROMISE_STATES),
            *_by_event("Task", "crm_core/tasks/states.py", TASK_MOVES),
            *_by_event("Complaint", "crm_core/complaints/states.py", COMPLAINT_MOVES),
            *_by_event("Version under four eyes", "crm_core/four_eyes/states.py", VERSION_MOVES),
            *_by_event("Interest", "crm_core/interests/states.py", INTEREST_MOVES),
            *_by_event("Opportunity", "crm_core/interests/states.py", DEAL_MOVES),
            *_by_event("Telephone PIN", "crm_core/selfservice/pin_states.py", PIN_MOVES),
            *_by_event("Request for a PIN", "crm_core/selfservice/pin_states.py", REQUEST_MOVES),
            *_by_event("What-if run", "crm_core/whatif/states.py", RUN_MOVES),
        ]
    )


def _by_event(title: str, source: str, table: Mapping[str, Mapping[str, str]]) -> list[str]:
    moves = [
        (state, target, event) for state, after in table.items() for event, target in after.items()
    ]
    return _section(title, source, table, moves)


def _plain(title: str, table: Mapping[str, Iterable[str]]) -> list[str]:
    moves = [(state, after, "") for state, states in table.items() for after in sorted(states)]
    return _section(title, "crm_core/bank/terms.py", table, moves)


def _section(
    title: str, source: str, table: Mapping[str, Iterable[str]], moves: list[tuple[str, str, str]]
) -> list[str]:
    """A heading and a diagram; the first state of the table is where it begins."""
    arrows = [f"    {a} --> {b}" + (f": {event}" if event else "") for a, b, event in moves]
    ends = [f"    {state} --> [*]" for state, after in table.items() if not after]
    begins = f"    [*] --> {next(iter(table))}"
    return [
        f"## {title}",
        "",
        f"`{source}`",
        "",
        "```mermaid",
        "stateDiagram-v2",
        begins,
        *arrows,
        *ends,
        "```",
        "",
    ]


if __name__ == "__main__":
    STATES.write_text(states_document(), encoding="utf-8")
