"""Rules, mistakes and what follows from rules, as texts in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from agent_ui.i18n import Gettext
from agent_ui.web.shell import language_of, queue_names, schedule_names, shell_of, skill_names
from crm_core.rules.mistakes import Mistake
from crm_core.rules.vocabulary import Naming
from crm_core.rules.words import Words, asked, done, said
from routing.rules.terms import Rule, RuleSet

_TEXTS = {
    Naming.STATUS: "party.status.",
    Naming.TIER: "tier.",
    Naming.STATE: "application.state.",
    Naming.LANGUAGE: "language.",
    Naming.NUMBER_CLASS: "rules.number_class.",
    Naming.MATCH: "rules.match.",
    Naming.MANAGERS: "rules.managers.",
    Naming.TURN: "rules.turn.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rule in words; `depth` is how far it stands within others."""

    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule in words."""

    name: str
    when: tuple[Line, ...]
    then: tuple[Line, ...]
    last: bool


class Teller:
    """Tells in one language. `people` are names of employees by id."""

    def __init__(self, request: Request, people: Mapping[str, str]) -> None:
        language = language_of(request)
        self._messages = shell_of(request).translations.messages[language]
        self._text: Gettext = shell_of(request).translations.gettext(language)
        self._names: Mapping[Naming, Mapping[str, str]] = {
            Naming.QUEUE: queue_names(request, language),
            Naming.SKILL: skill_names(request, language),
            Naming.SCHEDULE: schedule_names(request, language),
            Naming.AGENT: people,
        }

    def rules(self, rules: RuleSet) -> list[RuleTold]:
        return [self._rule(rule) for rule in rules.rules]

    def mistake(self, one: Mistake) -> str:
        return self._text(f"rules.mistake.{one.problem}", word=one.word, hint=one.hint)

    def value(self, action: str, value: Any) -> str:
        """What the rules say of one action; what the queue says where they are silent."""
        told = [self._line(words).text for words in said(action, value)]
        return "; ".join(told) or self._text("rules.dry.nothing")

    def _rule(self, rule: Rule) -> RuleTold:
        return RuleTold(
            name=rule.name,
            when=tuple(self._line(words) for words in asked(rule.when)),
            then=tuple(self._line(words) for words in done(rule.then)),
            last=rule.last,
        )

    def _line(self, words: Words) -> Line:
        names = self._joined([self._name(words.naming, name) for name in words.names])
        told = self._text(words.code, names=names, range=self._range(words), **words.slots)
        if words.whose is not None:
            told = f"{told} ({self._text(f'rules.whose.{words.whose}')})"
        return Line(told, words.depth)

    def _name(self, naming: Naming | None, name: str) -> str:
        if naming is None:
            return name
        if naming in self._names:
            return self._names[naming].get(name, name)
        return self._messages.get(f"{_TEXTS[naming]}{name}", name) if naming in _TEXTS else name

    def _joined(self, names: list[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self._text('rules.or')} {names[-1]}"

    def _range(self, words: Words) -> str:
        low, high = words.low, words.high
        if low is None and high is None:
            return ""
        kind = "at_most" if low is None else "at_least" if high is None else "between"
        kind = "exactly" if low == high else kind
        return self._text(f"rules.range.{kind}", low=low, high=high)
