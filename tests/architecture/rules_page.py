"""The tables of docs/routing-rules.md, made from the code.

`python -m tests.architecture.rules_page` writes them anew.
"""

from collections.abc import Iterable
from pathlib import Path

from agent_ui.i18n import Gettext, read_translations
from agent_ui.options import PACKAGE
from crm_core.rules.dry_run import MOST_CALLS
from crm_core.rules.vocabulary import (
    ACTIONS,
    CLOSED,
    DEEPEST,
    LARGEST_TEXT,
    LONGEST_NAME,
    MOST_CONDITIONS,
    MOST_PARTS,
    MOST_RULES,
    MOST_VALUES,
    NUMBERS,
    QUESTIONS,
    WORDS,
    Naming,
)
from routing.rules.terms import Whose

PAGE = Path(__file__).parents[2] / "docs" / "routing-rules.md"


def page_with_tables(text: str) -> str:
    """The page with its tables as the code has them now."""
    english = read_translations(PACKAGE / "locale").gettext("en")
    tables = {
        "conditions": _conditions(english),
        "whose": _whose(),
        "actions": _actions(english),
        "limits": _limits(),
    }
    for name, lines in tables.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        text = f"{before}{begin}\n" + "\n".join(lines) + f"\n\n{end}{after}"
    return text


def _conditions(english: Gettext) -> Iterable[str]:
    yield "| Condition | Asks whether | Written | About | Words |"
    yield "|---|---|---|---|---|"
    for asked, question in QUESTIONS.items():
        about = "the client" if question.of_client else "the call"
        words = _words(question.naming)
        if question.highest:
            words = f"0 to {question.highest}"
        asks = english(f"rules.asks.{asked}", names="…", range="…").removesuffix(":")
        written = english(f"rules.shape.{question.shape}")
        yield f"| `{asked}` | {asks} | {written} | {about} | {words} |"


def _whose() -> Iterable[str]:
    meant = {
        Whose.EVERY: "every one of them; so it is where nothing is said",
        Whose.LIKELIEST: "the likeliest: who called last, else whose own number it is",
        Whose.ANYBODY: "at least one of them",
    }
    yield "| `whose` | Who must meet it |"
    yield "|---|---|"
    for one in Whose:
        yield f"| `{one}` | {meant[one]} |"


def _actions(english: Gettext) -> Iterable[str]:
    yield "| Action | The call | Words |"
    yield "|---|---|---|"
    for action in ACTIONS:
        words = _words(WORDS.get(action))
        if action in NUMBERS:
            unit = "percent" if action == "rate" else "seconds"
            words = f"{NUMBERS[action].low} to {NUMBERS[action].high} {unit}"
        does = english(f"rules.does.{action}", names="…", n="n", level="n")
        yield f"| `{action}` | {does} | {words} |"


def _limits() -> Iterable[str]:
    yield f"- {MOST_RULES} rules, {LARGEST_TEXT} characters in all, {LONGEST_NAME} of a name;"
    yield f"- {MOST_CONDITIONS} conditions of a rule, {DEEPEST} deep, {MOST_VALUES} words each;"
    yield f"- {MOST_PARTS} needs, overflow queues or agents of a rule;"
    yield f"- {MOST_CALLS} calls of a dry run."


def _words(naming: Naming | None) -> str:
    if naming is None:
        return ""
    if naming in CLOSED and naming is not Naming.LANGUAGE:
        return ", ".join(f"`{word}`" for word in CLOSED[naming])
    named = {
        Naming.LANGUAGE: "ISO 639-1, such as `en`",
        Naming.PATH: "beginnings of a path",
        Naming.MUSIC: "a kind of music",
    }
    return named.get(naming, f"a {naming}")


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
