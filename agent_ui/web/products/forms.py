"""What the forms of products send: text, made into terms. What cannot be read names its field."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from agent_ui.text import LongText, ShortText
from agent_ui.web.work import money_of
from crm_core.bank.products import Charge, TermsRefused, Version, VersionTerms
from crm_core.bank.terms import AgreementKind
from crm_core.errors import FieldRefused
from crm_core.money import Money

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_PERCENT = re.compile(r"\d{1,5}(?:\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_MOST_CHARGES = 20
Short = Annotated[str, Field(max_length=40)]


class ProductForm(BaseModel):
    """A new product. `anyway` is said when another of the same name is known of."""

    code: Short = ""
    family: AgreementKind = AgreementKind.LOAN
    name_en: ShortText = ""
    name_ru: ShortText = ""
    anyway: Annotated[str, Field(max_length=8)] = ""

    @property
    def names(self) -> dict[str, str]:
        """Raises FieldRefused."""
        found = {"en": self.name_en.strip(), "ru": self.name_ru.strip()}
        for language, name in found.items():
            if not name:
                raise FieldRefused(f"name_{language}", "missing")
        return found

    @property
    def plain_code(self) -> str:
        """Raises FieldRefused."""
        if not _CODE.fullmatch(self.code):
            raise FieldRefused("code", "code")
        return self.code


class TermsForm(BaseModel):
    """A version's terms as they are written; rates and shares in per cent."""

    currency: Annotated[str, Field(max_length=3)] = "RUB"
    rate: Short = ""
    starts_on: Short = ""
    ends_before: Short = ""
    least: Short = ""
    most: Short = ""
    shortest: Short = ""
    longest: Short = ""
    fees: LongText = ""
    fines: LongText = ""

    def terms(self) -> VersionTerms:
        """Raises FieldRefused, TermsRefused, CurrencyUnknown."""
        currency = self.currency.strip().upper()
        return VersionTerms(
            currency=currency,
            starts_on=_day("starts_on", self.starts_on),
            ends_before=_day("ends_before", self.ends_before) if self.ends_before else None,
            rate=_share("rate", self.rate),
            fees=_charges("fees", self.fees, currency),
            fines=_charges("fines", self.fines, currency),
            min_term_months=_months("shortest", self.shortest),
            max_term_months=_months("longest", self.longest),
            min_amount=money_of("least", self.least, currency) if self.least else None,
            max_amount=money_of("most", self.most, currency) if self.most else None,
        )


def like(version: Version) -> TermsForm:
    """A form that is filled with a version's terms, for the one that follows it."""
    terms = version.terms
    return TermsForm(
        currency=terms.currency,
        rate=percent(terms.rate),
        starts_on=str(terms.ends_before or ""),
        least=_plain(terms.min_amount),
        most=_plain(terms.max_amount),
        shortest=str(terms.min_term_months or ""),
        longest=str(terms.max_term_months or ""),
        fees="\n".join(charge_text(one) for one in terms.fees),
        fines="\n".join(charge_text(one) for one in terms.fines),
    )


def percent(share: Decimal) -> str:
    """0.189 as "18.9"."""
    text = f"{share * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def charge_text(one: Charge) -> str:
    """A charge as its line is written."""
    told = _plain(one.amount) if one.share is None else f"{percent(one.share)}%"
    return f"{one.code} {told}"


def _plain(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.decimal:f}"


def _charges(field: str, text: str, currency: str) -> tuple[Charge, ...]:
    lines = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > _MOST_CHARGES:
        raise FieldRefused(f"{field}.{_MOST_CHARGES}", "charge")
    return tuple(_charge(f"{field}.{n}", parts, currency) for n, parts in lines)


def _charge(field: str, parts: list[str], currency: str) -> Charge:
    if len(parts) != 2 or not _CODE.fullmatch(parts[0]):
        raise FieldRefused(field, "charge")
    code, value = parts
    try:
        if value.endswith("%"):
            return Charge(code=code, share=_share(field, value[:-1]))
        return Charge(code=code, amount=money_of(field, value, currency))
    except (FieldRefused, TermsRefused):
        raise FieldRefused(field, "charge") from None


def _share(field: str, text: str) -> Decimal:
    plain = text.strip().replace(",", ".")
    if not _PERCENT.fullmatch(plain):
        raise FieldRefused(field, "missing" if not plain else "not_a_number")
    return Decimal(plain) / 100


def _months(field: str, text: str) -> int | None:
    if text and not _WHOLE.fullmatch(text.strip()):
        raise FieldRefused(field, "not_a_number")
    return int(text) if text else None


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldRefused(field, "missing" if not text else "not_a_date") from None
