"""What the pages and the API of collection work share: rules, the business date, a case and its
amounts as the employee may see them.

Amounts show on the ground of a call with a verified client, or of the work on the case, for which
the employee opens them; either way each look is audited.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.shell import language_of
from agent_ui.web.work import zone_of
from crm_core.bank.reveal import Look, reveal
from crm_core.catalogue import Entry
from crm_core.collections.cases import Seen
from crm_core.collections.promises import most
from crm_core.collections.reading import WholeCase, names_of_employees, whole_case
from crm_core.collections.strategy import CollectionRules, Step
from crm_core.money import Money
from crm_core.parties.head import looked_at
from crm_core.parties.looking import look_of
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCase:
    """A case, the names of those who stand in it, and whether its amounts are open."""

    case: WholeCase
    names: dict[str, str]
    limits: dict[str, Money]
    open: bool


def rules_of(request: Request) -> CollectionRules:
    """The bank's rules of collection work."""
    return parts_of(request).collecting


def today(request: Request) -> date:
    """The business date by the centre's clock."""
    return parts_of(request).clock.now().astimezone(zone_of(request)).date()


def seen(request: Request, case: str, version: int) -> Seen:
    """The case as the employee saw it."""
    return Seen(case=case, version=version, by=signed_in_of(request).employee.id, on=today(request))


async def shown_case(session: AsyncSession, request: Request, case: str) -> ShownCase:
    """A case with its parts; the look is audited, and so are the amounts. Raises CaseUnknown."""
    viewer, rules = signed_in_of(request).employee, rules_of(request)
    found = await whole_case(session, case)
    party, reason = found.summary.party, f"case:{case}"
    people = [one.actor for one in found.events]
    for promise in found.promises:
        people += [promise.taken_by, promise.cancel_asked_by or "", promise.cancelled_by or ""]
    names = await names_of_employees(session, people)
    last_day = date.fromordinal(today(request).toordinal() + rules.promises.max_days)
    limits = await most(session, case, until=last_day)
    look = await case_look(session, viewer, party, reason=reason)
    await looked_at(session, party, viewer=viewer.id, reason=reason)
    if look.opens_amounts:
        await reveal(session, party, look)
    return ShownCase(case=found, names=names, limits=limits, open=look.opens_amounts)


async def case_look(
    session: AsyncSession, viewer: Employee, party: PartyId, *, reason: str
) -> Look:
    """On what ground the employee may see the debtor's amounts."""
    if not viewer.may(Permission.VIEW_AMOUNTS):
        return Look(viewer=viewer.id, reason=reason)
    return await look_of(session, party, viewer.id, reason=reason)


def context_of(request: Request) -> dict[str, Any]:
    """What the templates of collection work need beside their own."""
    language, rules, zone = language_of(request), rules_of(request), zone_of(request)

    def local(at: datetime) -> date:
        return at.astimezone(zone).date()

    return {
        "rules": rules,
        "today": today(request),
        "day": _days(language),
        "local_day": local,
        "amount_of": lambda minor, currency: Money(minor, currency).shown(language),
        "stage_name": lambda code: _name(rules.stages.get(code), code, language),
        "strategy_name": lambda code: _strategy_name(rules, code, language),
        "step_name": lambda strategy, code: _step_name(rules.step(strategy, code), code, language),
    }


def _days(language: str) -> Callable[[date | None], str]:
    locale = _LOCALES.get(language, language)
    return lambda day: format_date(day, "medium", locale=locale) if day else ""


def _strategy_name(rules: CollectionRules, code: str, language: str) -> str:
    found = rules.strategy(code)
    return _name(found.entry if found else None, code, language)


def _step_name(step: Step | None, code: str, language: str) -> str:
    return _name(step.entry if step else None, code, language)


def _name(entry: Entry | None, code: str, language: str) -> str:
    return entry.name(language) if entry else code
