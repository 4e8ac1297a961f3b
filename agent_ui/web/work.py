"""What the pages of tasks, complaints and interests share: whom work can be given, times, money.

Text from forms becomes values here, once; what cannot be read is refused with the field's name.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of
from agent_ui.web.cards.query import moment as read_moment
from agent_ui.web.errors import Problem
from agent_ui.web.shell import language_of
from crm_core.errors import FieldRefused
from crm_core.interests.reading import product_names
from crm_core.money import AmountRefused, CurrencyUnknown, Money
from crm_core.staff.employees import employees
from crm_core.staff.permissions import Permission, may
from crm_core.work_rules import WorkRules
from routing.ids import AgentId

NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is none, or none that you may know of"}
}
"""What an operation on one thing may also answer, for the API's description."""


def rules_of(request: Request) -> WorkRules:
    """The rules of the daily work."""
    return parts_of(request).work


def now_of(request: Request) -> datetime:
    """The time by the clock that the stored times are from."""
    return parts_of(request).db.clock.now()


def zone_of(request: Request) -> ZoneInfo:
    """The centre's time zone."""
    return ZoneInfo(parts_of(request).options.timezone)


def moment_of(request: Request, field: str, text: str) -> datetime | None:
    """The time in a form's field, None if it is empty. Raises FieldRefused."""
    try:
        return read_moment(text, zone_of(request)) if text else None
    except ValueError:
        raise FieldRefused(field, "not_a_time") from None


def date_of(field: str, text: str) -> date:
    """The date in a form's field. Raises FieldRefused."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldRefused(field, "missing" if not text else "not_a_date") from None


def money_of(field: str, text: str, currency: str) -> Money:
    """The amount in a form's field: decimals with a point or a comma, groups with spaces.

    Raises FieldRefused.
    """
    plain = "".join(text.split()).replace(",", ".")
    try:
        return Money.parse(plain, currency)
    except (AmountRefused, CurrencyUnknown):
        raise FieldRefused(field, "missing" if not text else "not_an_amount") from None


async def people(session: AsyncSession) -> dict[AgentId, str]:
    """Whom work can be given, by name."""
    everybody = await employees(session)
    able = (one for one in everybody if one.active and may(one.role, Permission.WORK_TASKS))
    return {one.id: one.name for one in able}


async def products(session: AsyncSession, request: Request) -> dict[str, str]:
    """Codes of products with their names in the reader's language."""
    language = language_of(request)
    named = await product_names(session)
    return {code: names.get(language) or names.get("en", code) for code, names in named.items()}


def work_context(request: Request) -> dict[str, Any]:
    """What the templates of the work need beside their own."""
    parts, language = parts_of(request), language_of(request)
    work, zone = parts.work, zone_of(request)
    return {
        "work": work,
        "task_name": lambda code: work.tasks.name(code, language),
        "topic_name": lambda code: work.complaints.name(code, language),
        "need_name": lambda code: work.offers.name(code, language),
        "now": now_of(request),
        "local": lambda at: at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at else "",
    }
