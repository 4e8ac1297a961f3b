"""What the pages of rules look at together: the version in force, names, a day's calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.i18n import Gettext
from agent_ui.web.access import parts_of
from agent_ui.web.bonds.forms import zone_of
from agent_ui.web.rules.telling import RuleTold, Teller
from agent_ui.web.shell import language_of, shell_of
from crm_core.four_eyes.kept import AT_FIRST_START, BY_SETTINGS, Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.dry_run import DryRun, dry_run, yesterday
from crm_core.rules.mistakes import Mistake, RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.versions import RULES, agents_known, in_force
from crm_core.rules.vocabulary import Known
from crm_core.staff.employees import employees
from routing.ids import AgentId
from routing.rules.terms import NO_RULES

_NOBODY = (AT_FIRST_START, BY_SETTINGS)


@dataclass(frozen=True, slots=True)
class MistakeTold:
    """A mistake in words, with its line."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a page has read to tell of rules."""

    held: Kept | None
    agents: Mapping[str, AgentId]
    people: Mapping[str, str]
    teller: Teller
    yesterday: date
    text: Gettext

    @classmethod
    async def at(cls, request: Request, session: AsyncSession) -> "Look":
        people = {str(one.id): one.name for one in await employees(session)}
        return cls(
            held=await RULES.in_state(session, VersionState.PUBLISHED),
            agents=await agents_known(session),
            people=people,
            teller=Teller(request, people),
            yesterday=yesterday(parts_of(request).clock.now(), zone_of(request)),
            text=shell_of(request).translations.gettext(language_of(request)),
        )

    def told(self, kept: Kept) -> list[RuleTold]:
        """The version's rules in words."""
        return self.teller.rules(in_force(kept, self.agents))

    def who(self, actor: str) -> str:
        """The name of who did something."""
        return self.text(f"rules.by.{actor}") if actor in _NOBODY else self.people.get(actor, actor)

    def mistakes(self, found: Iterable[Mistake]) -> list[MistakeTold]:
        return [MistakeTold(one.line, one.column, self.teller.mistake(one)) for one in found]


def mistakes_now(kept: Kept, known: Known) -> tuple[Mistake, ...]:
    """What is wrong with a version that was right when it was kept."""
    try:
        read_rules(kept.body, known)
    except RulesRefused as error:
        return error.mistakes
    return ()


def tried_day(request: Request, text: str | None) -> tuple[date | None, bool]:
    """The day that is asked for, yesterday if none is named, and whether it is no day at all."""
    if text is None:
        return None, False
    if not text.strip():
        return yesterday(parts_of(request).clock.now(), zone_of(request)), False
    try:
        return date.fromisoformat(text.strip()), False
    except ValueError:
        return None, True


async def tried_on(
    request: Request, session: AsyncSession, look: Look, body: str, day: date
) -> DryRun:
    """The text's rules tried on the calls of the day, against those in force. Raises
    RulesRefused."""
    known = Known(agents=look.agents)
    return await dry_run(
        session,
        parts_of(request).house,
        before=in_force(look.held, look.agents) if look.held else NO_RULES,
        after=read_rules(body, known),
        day=day,
        zone=zone_of(request),
    )
