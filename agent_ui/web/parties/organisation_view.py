"""What the profile of an organisation shows besides its facts: figures by year, and licences.

There is one form for each, empty to add or filled to correct; `?figures=` and `?licence=` in the
address choose the row to correct. Amounts are shown, and offered to be corrected, where they are
open only.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from fastapi import Request

from agent_ui.web.access import parts_of
from agent_ui.web.parties.fields import Fields, shown
from agent_ui.web.parties.profile_forms import DEFAULT_CURRENCY
from agent_ui.web.shell import language_of
from crm_core.bank.reveal import Look, reveal
from crm_core.models import PartyKind
from crm_core.parties.figures import Figures, Year, years
from crm_core.parties.licences import HeldLicence, LicenceFacts, licences
from crm_core.parties.profile import Profile
from crm_core.parties.profile_rules import MOST_EMPLOYEES

FIGURES = "figures"
LICENCE = "licence"

Forms = Mapping[str, tuple[str | None, Fields]]
"""Forms that were sent and refused, by their name; with what was to be corrected, if anything."""


async def organisation_context(
    request: Request, found: Profile, look: Look, forms: Forms
) -> dict[str, Any]:
    """What the template takes; that amounts are shown is audited."""
    if found.kind is not PartyKind.ORGANISATION or found.erased_at is not None:
        return {}
    async with parts_of(request).db.unit_of_work() as session:
        told, held = await years(session, found.party), await licences(session, found.party)
        if told and look.opens_amounts:
            await reveal(session, found.party, look)
    figures = forms.get(FIGURES) or _figures_form(request, told, look)
    licence = forms.get(LICENCE) or _licence_form(request, held)
    return {
        "years": told,
        "licences": held,
        "figures_of": figures[0],
        "figures_form": figures[1],
        "licence_of": licence[0],
        "licence_form": licence[1],
        "per_cent": lambda change: per_cent(change, language_of(request)),
    }


def figures_told(form: Fields, as_of: date | None = None) -> Figures:
    """What the form tells of a day; `as_of` is the day if it cannot be changed."""
    currency = form.text("currency", longest=3, needed=True) or DEFAULT_CURRENCY
    day = as_of or form.day("as_of")
    if day is None:
        form.problems.setdefault("as_of", "missing")
    amounts = {
        f"{name}_minor": money.minor if money else None
        for name in ("assets", "revenue", "profit")
        for money in (form.money(name, currency, currency_field="currency"),)
    }
    employees = form.number("employees", most=MOST_EMPLOYEES)
    return Figures(as_of=day or date.min, currency=currency, employees=employees, **amounts)


def licence_told(form: Fields) -> LicenceFacts:
    """What the form tells of a licence."""
    return LicenceFacts(
        number=form.text("number", longest=64, needed=True) or "",
        activity=form.text("activity", needed=True) or "",
        issued_by=form.text("issued_by") or "",
        issued_on=form.day("issued_on"),
        expires_on=form.day("expires_on"),
    )


def per_cent(change: Decimal | None, language: str) -> str:
    """A change with its sign, such as "+12.5 %"; "" if there is nothing to compare with."""
    if change is None:
        return ""
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{format_decimal(abs(change), format='#,##0.0', locale=language)} %"


def _figures_form(request: Request, told: Sequence[Year], look: Look) -> tuple[str | None, Fields]:
    chosen = request.query_params.get(FIGURES, "")
    rows = {one.figures.as_of.isoformat(): one.figures for one in told}
    if chosen not in rows or not look.opens_amounts:
        return None, Fields({"currency": DEFAULT_CURRENCY})
    row = rows[chosen]
    names = ("as_of", "currency", "assets", "revenue", "profit", "employees")
    return chosen, shown((name, getattr(row, name)) for name in names)


def _licence_form(request: Request, held: Sequence[HeldLicence]) -> tuple[str | None, Fields]:
    chosen = request.query_params.get(LICENCE, "")
    rows = {one.id: one.facts for one in held}
    if chosen not in rows:
        return None, Fields({})
    names = ("number", "activity", "issued_by", "issued_on", "expires_on")
    return chosen, shown((name, getattr(rows[chosen], name)) for name in names)
