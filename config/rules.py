"""rules.yaml: the routing rules that a new bank starts with, and the house that rules are for."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.i18n import SOURCE, Gettext, read_translations
from agent_ui.options import PACKAGE
from config.queueing import QueuePlan, read_queues
from config.schedules import read_schedules
from config.settings import SettingsInvalid
from config.skills import read_skills
from crm_core.four_eyes.kept import Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.house import House, known_now
from crm_core.rules.mistakes import Mistake, RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.versions import RULES, agents_known, in_force
from crm_core.rules.vocabulary import LARGEST_TEXT, Known
from routing.ids import AgentId
from routing.rules.terms import NO_RULES, RuleSet

FILE = "rules.yaml"
NOTHING = "rules: []\n"
_PLACED = re.compile(r"(?P<path>[^:]+\.yaml): (?P<place>[\w.]+): (?P<said>.*)", re.DOTALL)
_log = logging.getLogger(__name__)


def house_of(plan: QueuePlan, *, region: str = "RU", own_numbers: Iterable[str] = ()) -> House:
    """What rules may name by the configuration, and how numbers are classed."""
    return House(
        queues=frozenset(str(one.queue) for one in plan.queues),
        skills=frozenset(plan.skills),
        opening=plan.schedules.opening,
        region=region,
        own_numbers=frozenset(own_numbers),
    )


def read_first_rules(folder: Path, plan: QueuePlan | None) -> str:
    """The text of the file; without one there are no rules. Raises SettingsInvalid.

    Agents and segments are in the database, and so are not looked at; without a plan, no names are.
    """
    path = folder / FILE
    if not path.exists():
        return NOTHING
    try:
        if path.stat().st_size > 4 * LARGEST_TEXT:
            raise SettingsInvalid([f"{path}: larger than {4 * LARGEST_TEXT} bytes"])
        text = path.read_text(encoding="utf-8")
        read_rules(text, house_of(plan).known() if plan else Known())
    except RulesRefused as error:
        raise SettingsInvalid([told(path, one) for one in error.mistakes]) from error
    except OSError as error:
        raise SettingsInvalid([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid([f"{path}: is not UTF-8"]) from error
    return text


def check_folder(folder: Path) -> list[str]:
    """A line for everything that is wrong in the files that calls are distributed by."""
    errors: dict[str, None] = {}
    for read in (read_skills, read_schedules, read_queues):
        try:
            read(folder)
        except SettingsInvalid as error:
            errors |= dict.fromkeys(with_lines(error.errors))
    try:
        read_first_rules(folder, None if errors else read_queues(folder))
    except SettingsInvalid as error:
        errors |= dict.fromkeys(error.errors)
    return list(errors)


def with_lines(errors: Iterable[str]) -> Iterator[str]:
    """Errors that name a file and a place in it such as `queues.0.needs`, with the line of it."""
    for error in errors:
        match = _PLACED.fullmatch(error)
        line = _line(Path(match["path"]), match["place"].split(".")) if match else None
        yield (
            error
            if match is None or line is None
            else (f"{match['path']}:{line}: {match['place']}: {match['said']}")
        )


def _line(path: Path, place: Sequence[str]) -> int | None:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return None
    for part in place:
        inner = _inside(node, part)
        if inner is None:
            break
        node = inner
    return node.start_mark.line + 1 if node is not None else None


def _inside(node: yaml.Node | None, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        found: yaml.Node = node.value[int(part)]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    return None


def told(path: Path, one: Mistake) -> str:
    """A mistake as a line for the operator, in English."""
    text = _english()(f"rules.mistake.{one.problem}", word=one.word, hint=one.hint)
    return f"{path}:{one.line}: {text}"


@lru_cache(maxsize=1)
def _english() -> Gettext:
    return read_translations(PACKAGE / "locale").gettext(SOURCE)


class PublishedRules:
    """The rules in force, read anew only when another version is published."""

    def __init__(self) -> None:
        self._read: tuple[Kept, dict[str, AgentId], RuleSet] | None = None

    async def __call__(self, session: AsyncSession) -> RuleSet:
        kept = await RULES.in_state(session, VersionState.PUBLISHED)
        if kept is None:
            return NO_RULES
        agents = await agents_known(session)
        if self._read is None or self._read[:2] != (kept, agents):
            self._read = kept, agents, in_force(kept, agents)
        return self._read[2]


async def warn_of_what_is_gone(session: AsyncSession, house: House) -> None:
    """Log each place at which the rules in force name what there is no more."""
    kept = await RULES.in_state(session, VersionState.PUBLISHED)
    if kept is None:
        return
    try:
        read_rules(kept.body, await known_now(session, house))
    except RulesRefused as error:
        for one in error.mistakes:
            _log.warning(
                "rules.name_gone version=%d line=%d problem=%s", kept.version, one.line, one.problem
            )
