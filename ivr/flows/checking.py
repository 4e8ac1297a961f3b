"""Whether a flow makes sense: what it names is there, and what it says can be said. Pure.

Works on a flow as values, so that an editor may ask before there is any text. A fault names its
place as a path: ("nodes", "menu", "choices", "1").
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from crm_core.selfservice.surveys import SCALES
from crm_core.written.mistakes import Common
from ivr.flows.faults import Fault, Place
from ivr.flows.known import Known, Prompts
from ivr.flows.mistakes import Problem
from ivr.flows.nodes import (
    Asks,
    Collect,
    Condition,
    Flow,
    Menu,
    Node,
    SetLanguage,
    Speak,
    Survey,
)
from ivr.flows.vocabulary import KIND_OF, KINDS, QUESTIONS, How
from ivr.flows.ways import way_faults, ways_from
from ivr.speech.standard import STANDARD
from ivr.steps.speaking import SPOKEN

__all__ = ["Fault", "Place", "faults"]


def faults(
    flow: Flow, known: Known, declared: Collection[str] | None = None, *, whole: bool = True
) -> list[Fault]:
    """All that is wrong. `declared` are the ids that there are, if some nodes could not be read;
    ways through the flow are looked at only if it is `whole` and nothing else is wrong."""
    ids = flow.nodes if declared is None else declared
    found = [
        *_settings(flow, ids),
        *_anywhere(flow),
        *_own_prompts(flow),
        *_languages(flow, known.prompts),
        *_said(flow, known.prompts),
    ]
    for node in flow.nodes.values():
        found += _targets(node, ids)
        for kind, check in _CHECKS.items():
            if isinstance(node, kind):
                found += check(flow, node)
    return found or (list(way_faults(flow)) if whole else [])


# ── What is named ───────────────────────────────────────────────────────────────────────────


def _settings(flow: Flow, ids: Collection[str]) -> Iterator[Fault]:
    said = {"start": flow.start, "person": flow.person}
    if flow.main != flow.start:
        said["main"] = flow.main
    for name, target in said.items():
        if target and target not in ids:
            yield Fault(place=(name,), problem=Problem.NO_NODE, word=target)


def _targets(node: Node, ids: Collection[str]) -> Iterator[Fault]:
    for place, target in ways_from(node):
        if target not in ids:
            yield Fault(place=_place(node, *place), problem=Problem.NO_NODE, word=target)


def _anywhere(flow: Flow) -> Iterator[Fault]:
    seen: set[str] = set()
    for name in ("person", "back", "main", "repeat"):
        key = getattr(flow.anywhere, name)
        if key and key in seen:
            yield Fault(place=("anywhere", name), problem=Problem.KEY_COLLIDES, word=key)
        seen.add(key)


# ── What is said ────────────────────────────────────────────────────────────────────────────


def _languages(flow: Flow, prompts: Prompts | None) -> Iterator[Fault]:
    for index, language in enumerate(flow.languages):
        if prompts is not None and language not in prompts.languages:
            place = ("languages", str(index))
            yield Fault(place=place, problem=Problem.NO_LANGUAGE, word=language)


def _own_prompts(flow: Flow) -> Iterator[Fault]:
    for name, texts in flow.texts.items():
        if name in STANDARD:
            yield Fault(place=("prompts", name), problem=Problem.PROMPT_TAKEN, word=name)
        missing = [language for language in flow.languages if not texts.get(language)]
        if missing:
            yield _no_prompt(("prompts", name), name, missing)


def _said(flow: Flow, prompts: Prompts | None) -> Iterator[Fault]:
    """Prompts that are not the flow's own, where they are said."""
    for place, prompt in said_prompts(flow):
        if not prompt or prompt in flow.texts:
            continue
        missing = _unsaid(flow, prompt, prompts)
        if missing:
            yield _no_prompt(place, prompt, missing)
        elif prompts.places(prompt) if prompts is not None else STANDARD.get(prompt):
            yield Fault(place=place, problem=Problem.PROMPT_HAS_PLACES, word=prompt)
    for node in flow.nodes.values():
        if isinstance(node, Speak):
            for prompt in SPOKEN[node.service]:
                missing = _unsaid(flow, prompt, prompts)
                if missing:
                    yield _no_prompt(_place(node, "service"), prompt, missing)


def _unsaid(flow: Flow, prompt: str, prompts: Prompts | None) -> list[str]:
    """The languages that the prompt is missing in. Without anybody who knows, the standard's are
    taken to be there."""
    if prompts is None:
        return [] if prompt in STANDARD else list(flow.languages)
    spoken = [one for one in flow.languages if one in prompts.languages]
    return [one for one in spoken if not prompts.has(prompt, one)]


def said_prompts(flow: Flow) -> Iterator[tuple[Place, str]]:
    """Every prompt that the flow names, with the place."""
    yield ("no_input",), flow.no_input
    yield ("wrong_key",), flow.wrong_key
    for node in flow.nodes.values():
        for name, field in KINDS[KIND_OF[type(node)]].fields.items():
            value: Any = getattr(node, name)
            if field.how is How.PROMPT:
                yield _place(node, name), value
            elif field.how is How.PROMPTS:
                for index, prompt in enumerate(value):
                    yield _place(node, name, str(index)), prompt
            elif field.how is How.CHOICES:
                for choice in value:
                    yield _place(node, name, choice.key), choice.prompt


def _no_prompt(place: Place, prompt: str, missing: Iterable[str]) -> Fault:
    return Fault(place=place, problem=Problem.NO_PROMPT, word=prompt, hint=", ".join(missing))


# ── Kinds ───────────────────────────────────────────────────────────────────────────────────


def _menu(flow: Flow, node: Menu) -> Iterator[Fault]:
    if not node.prompts and not any(choice.prompt for choice in node.choices):
        yield Fault(place=_place(node), problem=Problem.SAYS_NOTHING)
    for choice in node.choices:
        if choice.key == flow.anywhere.person and choice.to != flow.person:
            place = _place(node, "choices", choice.key)
            yield Fault(
                place=place, problem=Problem.KEY_COLLIDES, word=choice.key, hint=flow.person
            )


def _collect(_flow: Flow, node: Collect) -> Iterator[Fault]:
    if node.fewest > node.most:
        yield Fault(place=_place(node, "fewest"), problem=Problem.UPSIDE_DOWN)


def _survey(_flow: Flow, node: Survey) -> Iterator[Fault]:
    """A question that reports have a formula for has that formula's scale."""
    if node.lowest >= node.highest:
        yield Fault(place=_place(node, "lowest"), problem=Problem.UPSIDE_DOWN)
    lowest, highest = SCALES.get(node.question, (node.lowest, node.highest))
    if (node.lowest, node.highest) != (lowest, highest):
        hint = f"{lowest}-{highest}"
        yield Fault(place=_place(node, "lowest"), problem=Common.OUT_OF_BOUNDS, hint=hint)


def _set_language(flow: Flow, node: SetLanguage) -> Iterator[Fault]:
    if node.language not in flow.languages:
        yield _not_spoken(node, "language", node.language)


def _condition(flow: Flow, node: Condition) -> Iterator[Fault]:
    question = QUESTIONS[node.asks]
    for name, wanted in (("name", question.name), ("values", question.values)):
        if wanted and not getattr(node, name):
            yield Fault(place=_place(node), problem=Problem.MISSING_KEY, word=name)
        elif getattr(node, name) and not wanted:
            yield Fault(place=_place(node, name), problem=Common.UNKNOWN_KEY, word=name)
    if question.name and node.name and node.name not in _collected(flow):
        yield Fault(place=_place(node, "name"), problem=Problem.NOT_COLLECTED, word=node.name)
    for value in node.values:
        if question.of and value not in question.of:
            hint = ", ".join(question.of)
            place = _place(node, "values")
            yield Fault(place=place, problem=Common.NOT_A_VALUE, word=value, hint=hint)
        elif node.asks is Asks.LANGUAGE and value not in flow.languages:
            yield _not_spoken(node, "values", value)


def _collected(flow: Flow) -> set[str]:
    return {node.name for node in flow.nodes.values() if isinstance(node, Collect)}


def _not_spoken(node: Node, field: str, language: str) -> Fault:
    return Fault(place=_place(node, field), problem=Problem.NOT_SPOKEN, word=language)


_CHECKS: dict[type[Node], Callable[[Flow, Any], Iterator[Fault]]] = {
    Menu: _menu,
    Collect: _collect,
    Survey: _survey,
    SetLanguage: _set_language,
    Condition: _condition,
}


def _place(node: Node, *within: str) -> Place:
    return ("nodes", node.node, *within)
