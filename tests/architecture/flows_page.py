"""The tables of docs/self-service.md, made from the code.

`python -m tests.architecture.flows_page` writes them anew.
"""

import dataclasses
import inspect
from collections.abc import Iterable
from pathlib import Path

from agent_ui.i18n import Gettext, read_translations
from agent_ui.options import PACKAGE
from crm_core.selfservice.answers import OPEN_TO_ALL, Service
from crm_core.written.mistakes import Common
from ivr.flows.mistakes import Problem
from ivr.flows.nodes import Anywhere, Asks
from ivr.flows.vocabulary import (
    KINDS,
    LARGEST_TEXT,
    LONGEST_TEXT,
    MOST_NODES,
    MOST_PROMPTS,
    MOST_TEXTS,
    MOST_VALUES,
    QUESTIONS,
    Field,
    Form,
    How,
)
from ivr.steps.identifying import MOST_WRONG_PINS
from ivr.steps.walking import MOST_ACTS

PAGE = Path(__file__).parents[2] / "docs" / "self-service.md"

_ASKS = {
    Asks.VERIFIED: "the caller has proved who he is",
    Asks.SUGGESTED: "his number suggests exactly one client",
    Asks.LANGUAGE: "he is spoken to in one of `values`",
    Asks.LANGUAGE_KNOWN: "it is known what he speaks, of himself or because he chose it",
    Asks.COLLECTED: "the digits kept under `name` are one of `values`",
    Asks.TOLD: "he has been told one of the services in `values`",
    Asks.OVERDUE: "a part of the debt that was looked up last is overdue",
    Asks.NUMBER_KNOWN: "he shows a number, so he could be called back",
}
_TOLD = {
    Service.BALANCE: "accounts, deposits and lines with what is available",
    Service.CONTRACT: "agreements with their dates, rate and amount",
    Service.STATEMENT: "the latest entries",
    Service.SCHEDULE: "the next payments of loans",
    Service.DEBT: "what is owed in all and overdue, and the next payment",
    Service.DECISION: "how credit applications stand",
    Service.CARDS: "how bank cards stand",
    Service.BRANCHES: "branches with their addresses",
    Service.PRODUCTS: "products on offer with their terms",
}
_KEYS = {
    "person": "the node `person`",
    "back": "where he was before",
    "main": "the node `main`",
    "repeat": "the same once more",
}


def page_with_tables(text: str) -> str:
    """The page with its tables as the code has them now."""
    english = read_translations(PACKAGE / "locale").gettext("en")
    tables = {
        "kinds": _kinds(),
        "asks": _asks(),
        "services": _services(),
        "keys": _keys(),
        "mistakes": _mistakes(english),
        "limits": _limits(),
    }
    for name, lines in tables.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        text = f"{before}{begin}\n" + "\n".join(lines) + f"\n\n{end}{after}"
    return text


def _kinds() -> Iterable[str]:
    yield "| Kind | What it does | Beside it | Leads to |"
    yield "|---|---|---|---|"
    for kind, form in KINDS.items():
        does = " ".join(inspect.cleandoc(form.type.__doc__ or "").split())
        beside = ", ".join(
            _beside(form, name, field)
            for name, field in form.fields.items()
            if name not in (form.head, "topic") and field.how is not How.NODE
        )
        exits = ", ".join(f"`{name}`" for name in form.exits)
        yield f"| `{kind}: {_head(form)}` | {does} | {beside} | {exits} |"


def _head(form: Form) -> str:
    how = form.fields[form.head].how
    return {How.PROMPTS: "prompts", How.ASKS: "question"}.get(how, how.value)


def _beside(form: Form, name: str, field: Field) -> str:
    default = next(one.default for one in dataclasses.fields(form.type) if one.name == name)
    if field.how is How.NUMBER:
        bounds = f"{field.low} to {field.high}"
        return f"`{name}` ({bounds})" if field.required else f"`{name}` ({bounds}; {default})"
    if field.how is How.YES:
        return f"`{name}` ({'yes' if default else 'no'})"
    return f"`{name}`" if field.required else f"`{name}` (none)"


def _asks() -> Iterable[str]:
    yield "| `condition` | Asks whether | Beside it |"
    yield "|---|---|---|"
    for asks, question in QUESTIONS.items():
        beside = [
            *(["`name`"] if question.name else []),
            *(["`values`"] if question.values else []),
        ]
        yield f"| `{asks}` | {_ASKS[asks]} | {', '.join(beside)} |"


def _services() -> Iterable[str]:
    yield "| Service | Tells | To whom |"
    yield "|---|---|---|"
    for service in Service:
        whom = "all" if service in OPEN_TO_ALL else "a client who is verified"
        yield f"| `{service}` | {_TOLD[service]} | {whom} |"


def _keys() -> Iterable[str]:
    yield "| `anywhere` | Key | Leads to |"
    yield "|---|---|---|"
    for name, leads in _KEYS.items():
        yield f"| `{name}` | `{getattr(Anywhere(), name)}` | {leads} |"


def _mistakes(english: Gettext) -> Iterable[str]:
    for problem in (*Common, *Problem):
        yield f"- {english(f'flows.mistake.{problem}', word='…', hint='…')}"


def _limits() -> Iterable[str]:
    yield f"- {MOST_NODES} nodes, {LARGEST_TEXT} characters in all;"
    yield f"- {MOST_TEXTS} prompts of the flow's own, {LONGEST_TEXT} characters each;"
    yield f"- {MOST_PROMPTS} prompts or {MOST_VALUES} values of a node;"
    yield f"- {MOST_ACTS} things said or asked in a call, {MOST_WRONG_PINS} wrong PINs."


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
