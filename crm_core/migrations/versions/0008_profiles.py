"""Whole profiles of persons and organisations; documents, addresses, consents, attachments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHANNELS = ("any", "call", "sms", "email", "messenger", "post")
_PURPOSES = ("data_processing", "credit_history", "marketing", "collection", "sharing", "recording")
_SOURCES = ("call", "branch", "paper", "online", "core_bank")
_ADDRESSES = ("registered", "residence", "actual", "postal", "work")
_ADDRESS_LINES = ("country", "region", "city", "street", "postal_code")
_DOCUMENTS = (
    "passport",
    "travel_passport",
    "id_card",
    "residence_permit",
    "driving_licence",
    "birth_certificate",
    "military_id",
    "other",
)
_TABLES = (
    "licence organisation_figure attachment consent_event party_email party_address"
    " identity_document"
)
_PARTY = "time_zone home_branch risk_level dnc synthetic erased_at"
_PERSON = (
    "birth_place died_on sex citizenship tax_id_sealed tax_id_key tax_id_hash tax_id_last4"
    " education occupation employer employer_name monthly_income_minor monthly_expense_minor"
    " budget_currency dependants possessions"
)
_ORGANISATION = "tax_id industry_code employees credit_rating founded_on"
_PHONE = "may_call may_discuss verified_at ended_at"
_PERSON_CHECKS = {
    "sex": "sex IN ('female', 'male')",
    "education": "education IN ('school', 'vocational', 'higher', 'degree')",
    "income": "monthly_income_minor >= 0",
    "expense": "monthly_expense_minor >= 0",
    "budget": "budget_currency IS NOT NULL"
    " OR (monthly_income_minor IS NULL AND monthly_expense_minor IS NULL)",
    "dependants": "dependants >= 0",
    "tax_id": "(tax_id_hash IS NULL) = (tax_id_sealed IS NULL)"
    " AND (tax_id_hash IS NULL) = (tax_id_key IS NULL)"
    " AND (tax_id_hash IS NULL) = (tax_id_last4 IS NULL)",
}


def upgrade() -> None:
    _party()
    _person()
    _organisation()
    _phones()
    _documents()
    _contact_points()
    _consents()
    _attachments()
    _of_organisations()


def downgrade() -> None:
    for table in _TABLES.split():
        op.drop_table(table)
    _without("party_phone", _PHONE, checks=())
    op.drop_index(op.f("ix_organisation_tax_id"), "organisation")
    _without("organisation", _ORGANISATION, checks=("employees",))
    for column in ("tax_id_hash", "tax_id_key", "employer"):
        op.drop_index(op.f(f"ix_person_{column}"), "person")
    with op.batch_alter_table("person") as table:
        table.drop_constraint(op.f("fk_person_employer"), type_="foreignkey")
    _without("person", _PERSON, checks=tuple(_PERSON_CHECKS))
    _without("party", _PARTY, checks=("risk_level",))


def _without(table: str, columns: str, *, checks: tuple[str, ...]) -> None:
    with op.batch_alter_table(table) as batch:
        for check in checks:
            batch.drop_constraint(op.f(f"ck_{table}_{check}"), type_="check")
        for column in columns.split():
            batch.drop_column(column)


# ── Columns ─────────────────────────────────────────────────────────────────────────────────


def _text(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _date(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def _code(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(32), nullable=True)


def _flag(name: str, default: sa.ColumnElement[bool]) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _minor(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _one_of(name: str, *values: str) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _dated() -> tuple[sa.Column[Any], ...]:
    """When a row holds, and when that and its end were recorded."""
    return (
        _time("valid_from", nullable=False),
        _time("valid_to"),
        _time("created_at", nullable=False),
        _time("ended_at"),
    )


# ── Constraints ─────────────────────────────────────────────────────────────────────────────


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, what: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(what, name=op.f(f"ck_{table}_{name}"))


def _validity(table: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        _check(table, "validity", "valid_to IS NULL OR valid_from < valid_to"),
        _check(table, "ended", "ended_at IS NULL OR valid_to IS NOT NULL"),
    )


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _one_open(table: str, *columns: str) -> None:
    """Of rows with these columns one at most has no end."""
    open_ = sa.text("valid_to IS NULL")
    op.create_index(
        f"uq_{table}_open",
        table,
        list(columns),
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )


# ── What was there gets more ────────────────────────────────────────────────────────────────


def _party() -> None:
    with op.batch_alter_table("party") as table:
        table.add_column(_text("time_zone"))
        table.add_column(_text("home_branch"))
        table.add_column(_code("risk_level"))
        table.add_column(_flag("dnc", sa.false()))
        table.add_column(_flag("synthetic", sa.false()))
        table.add_column(_time("erased_at"))
        table.create_check_constraint(
            op.f("ck_party_risk_level"), "risk_level IN ('low', 'medium', 'high')"
        )


def _person() -> None:
    texts = "birth_place citizenship occupation employer employer_name budget_currency possessions"
    sealed = "tax_id_sealed tax_id_key tax_id_hash tax_id_last4"
    with op.batch_alter_table("person") as table:
        for name in f"{texts} {sealed}".split():
            table.add_column(_text(name))
        for name in ("sex", "education"):
            table.add_column(_code(name))
        for name in ("monthly_income_minor", "monthly_expense_minor"):
            table.add_column(_minor(name))
        table.add_column(_date("died_on"))
        table.add_column(_whole("dependants"))
        for name, what in _PERSON_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_person_{name}"), what)
        table.create_foreign_key(op.f("fk_person_employer"), "party", ["employer"], ["id"])
    for column in ("tax_id_hash", "tax_id_key", "employer"):
        _index("person", column)


def _organisation() -> None:
    with op.batch_alter_table("organisation") as table:
        for name in ("tax_id", "industry_code", "credit_rating"):
            table.add_column(_text(name))
        table.add_column(_whole("employees"))
        table.add_column(_date("founded_on"))
        table.create_check_constraint(op.f("ck_organisation_employees"), "employees >= 0")
    _index("organisation", "tax_id")


def _phones() -> None:
    with op.batch_alter_table("party_phone") as table:
        table.add_column(_flag("may_call", sa.true()))
        table.add_column(_flag("may_discuss", sa.true()))
        table.add_column(_time("verified_at"))
        table.add_column(_time("ended_at"))
    op.execute(
        "UPDATE party_phone SET may_discuss = false WHERE role IN ('relative', 'third_party')"
    )


# ── What is new ─────────────────────────────────────────────────────────────────────────────


def _documents() -> None:
    name = "identity_document"
    op.create_table(
        name,
        _text("id", nullable=False),
        _text("party", nullable=False),
        _one_of("type", *_DOCUMENTS),
        _text("country"),
        _text("number_sealed", nullable=False),
        _text("number_key", nullable=False),
        _text("number_hash", nullable=False),
        _text("number_last4", nullable=False),
        _text("issued_by", nullable=False),
        _date("issued_on"),
        _date("expires_on"),
        _time("created_at", nullable=False),
        _time("ended_at"),
        _check(name, "last4", "length(number_last4) <= 4"),
        _check(name, "dates", "expires_on IS NULL OR issued_on < expires_on"),
        _of(name, "party", "party.id"),
        _key(name, "id"),
    )
    for column in ("party", "number_hash", "number_key"):
        _index(name, column)


def _contact_points() -> None:
    op.create_table(
        "party_address",
        _text("id", nullable=False),
        _text("party", nullable=False),
        _one_of("kind", *_ADDRESSES),
        *(_text(n, nullable=False) for n in _ADDRESS_LINES),
        *_dated(),
        *_validity("party_address"),
        _of("party_address", "party", "party.id"),
        _key("party_address", "id"),
    )
    _one_open("party_address", "party", "kind")
    op.create_table(
        "party_email",
        *(_text(name, nullable=False) for name in ("id", "party", "address", "folded")),
        sa.Column("rank", sa.Integer(), nullable=False),
        _time("verified_at"),
        *_dated(),
        *_validity("party_email"),
        _check("party_email", "rank", "rank >= 1"),
        _of("party_email", "party", "party.id"),
        _key("party_email", "id"),
    )
    _one_open("party_email", "party", "folded")
    _index("party_email", "folded")


def _consents() -> None:
    op.create_table(
        "consent_event",
        _text("id", nullable=False),
        _text("party", nullable=False),
        _one_of("purpose", *_PURPOSES),
        _one_of("channel", *_CHANNELS),
        sa.Column("granted", sa.Boolean(), nullable=False),
        _time("at", nullable=False),
        _one_of("source", *_SOURCES),
        _text("evidence", nullable=False),
        _time("created_at", nullable=False),
        _text("created_by", nullable=False),
        _of("consent_event", "party", "party.id"),
        _key("consent_event", "id"),
    )
    _index("consent_event", "party", "purpose", "at")


def _attachments() -> None:
    name = "attachment"
    op.create_table(
        name,
        _text("id", nullable=False),
        _text("party", nullable=False),
        _one_of("subject_kind", "party", "document", "call"),
        *(_text(column, nullable=False) for column in ("subject", "name", "mime")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("sha256", nullable=False),
        _text("storage_key", nullable=False),
        _time("created_at", nullable=False),
        _text("created_by", nullable=False),
        _check(name, "size", "size >= 1"),
        _check(name, "sha256", "length(sha256) = 64"),
        _of(name, "party", "party.id"),
        _key(name, "id"),
        sa.UniqueConstraint("storage_key", name=op.f("uq_attachment_storage_key")),
    )
    _index(name, "party", "created_at")


def _of_organisations() -> None:
    name = "organisation_figure"
    op.create_table(
        name,
        _text("organisation", nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        _text("currency", nullable=False),
        *(_minor(column) for column in ("assets_minor", "revenue_minor", "profit_minor")),
        _whole("employees"),
        _time("created_at", nullable=False),
        _check(name, "currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check(name, "employees", "employees IS NULL OR employees >= 0"),
        _of(name, "organisation", "organisation.party"),
        _key(name, "organisation", "as_of"),
    )
    op.create_table(
        "licence",
        *(_text(column, nullable=False) for column in ("id", "organisation", "number")),
        *(_text(column, nullable=False) for column in ("activity", "issued_by")),
        _date("issued_on"),
        _date("expires_on"),
        _time("created_at", nullable=False),
        _check("licence", "dates", "expires_on IS NULL OR issued_on < expires_on"),
        _of("licence", "organisation", "organisation.party"),
        _key("licence", "id"),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_licence_organisation_number")),
    )
