"""Diagrams made from the code; `python -m tests.architecture.diagrams` writes them anew."""

from pathlib import Path

from routing.calls import TRANSITIONS

STATES = Path(__file__).parents[2] / "docs" / "states.md"


def states_document() -> str:
    """The document with the call's state machine, as the table has it now."""
    arrows = [
        f"    {state} --> {target}: {event}"
        for state, moves in TRANSITIONS.items()
        for event, target in moves.items()
    ]
    starts = "    [*] --> new"
    ends = [f"    {state} --> [*]" for state, moves in TRANSITIONS.items() if not moves]
    lines = [
        "# State machines",
        "",
        "Made from `routing/calls.py`; a test holds it to the table.",
        "",
        "## Call",
        "",
        "```mermaid",
        "stateDiagram-v2",
        starts,
        *arrows,
        *ends,
        "```",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    STATES.write_text(states_document(), encoding="utf-8")
