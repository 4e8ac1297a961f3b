"""Business calendars and norm clocks; credit applications, their routes and votes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLES = (
    *("work_calendar", "calendar_day", "sla_clock"),
    *("approval_routes", "application_series", "credit_application", "co_applicant"),
    *("application_event", "application_vote", "application_document", "decision_made"),
)
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STATES = (
    "draft submitted review waiting_client returned approved counter_offer declined accepted"
    " signed disbursed expired withdrawn"
)
_CHOICES = "approve counter decline"


def upgrade() -> None:
    _worktime()
    _routes()
    _applications()
    _what_happened()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name, values, *, nullable=False):
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _id(name="id"):
    return sa.Column(name, _ID, nullable=False)


def _texts(*names):
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _maybe(*names):
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _times(*names, nullable=False):
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _numbers(*names, **options):
    return [sa.Column(name, sa.Integer(), nullable=False, **options) for name in names]


def _minor(name, *, nullable=False):
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _day(name, *, nullable=False):
    return sa.Column(name, sa.Date(), nullable=nullable)


def _check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _pk(table, *columns):
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _unique(table, *columns):
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table, *columns) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _index_where(name, table, columns, condition, *, unique) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _worktime() -> None:
    op.create_table(
        "work_calendar",
        *_texts("code", "zone"),
        sa.Column("week", _DOCUMENT, nullable=False),
        *_times("updated_at"),
        *_texts("updated_by"),
        *_numbers("row_version"),
        _pk("work_calendar", "code"),
    )
    op.create_table(
        "calendar_day",
        *_texts("calendar"),
        _day("day"),
        *_texts("hours", "name"),
        _fk("calendar_day", "calendar", "work_calendar.code"),
        _pk("calendar_day", "calendar", "day"),
    )
    op.create_table(
        "sla_clock",
        _id(),
        *_texts("subject_kind", "subject", "metric", "calendar"),
        *_numbers("norm_minutes"),
        *_times("started_at", "warn_at", "due_at"),
        *_numbers("paused_minutes"),
        *_times("paused_since", "warned_at", "met_at", "breached_at", nullable=True),
        _check("sla_clock_minutes", "norm_minutes >= 0 AND paused_minutes >= 0"),
        _check("sla_clock_times", "started_at <= warn_at AND warn_at <= due_at"),
        _check("sla_clock_stopped", "met_at IS NULL OR paused_since IS NULL"),
        _pk("sla_clock"),
    )
    key = ["subject_kind", "subject", "metric"]
    _index_where("uq_sla_clock_open", "sla_clock", key, "met_at IS NULL", unique=True)
    _index_where("ix_sla_clock_running", "sla_clock", ["due_at"], "met_at IS NULL", unique=False)


def _routes() -> None:
    op.create_table(
        "approval_routes",
        *_numbers("version", autoincrement=False),
        *_texts("body", "drafted_by"),
        *_times("drafted_at"),
        *_maybe("published_by"),
        *_times("published_at", nullable=True),
        _check("approval_routes_published", "(published_at IS NULL) = (published_by IS NULL)"),
        _check("approval_routes_two_persons", "published_by IS NULL OR published_by <> drafted_by"),
        _pk("approval_routes", "version"),
    )
    op.create_table(
        "application_series",
        *_numbers("year", autoincrement=False),
        *_numbers("last"),
        _pk("application_series", "year"),
    )


def _applications() -> None:
    op.create_table(
        "credit_application",
        _id(),
        *_texts("number", "party", "product", "currency"),
        _minor("amount_minor"),
        *_numbers("term_months"),
        _code("purpose", "consumer home car education refinancing working_capital equipment other"),
        _code("channel", "call branch online partner"),
        _code("state", _STATES),
        *_numbers("route_version"),
        *_texts("route"),
        *_maybe("stage"),
        *_numbers("round"),
        *_maybe("owner"),
        _code("decision", _CHOICES, nullable=True),
        *_times("decided_at", nullable=True),
        _minor("approved_minor", nullable=True),
        _day("decision_expires_on", nullable=True),
        *_times("client_informed_at", nullable=True),
        *_maybe("informed_in_call", "source", "source_key"),
        *_times("created_at"),
        *_texts("created_by"),
        *_times("updated_at"),
        *_numbers("row_version"),
        _check("credit_application_amount", "amount_minor > 0"),
        _check(
            "credit_application_currency", "length(currency) = 3 AND currency = upper(currency)"
        ),
        _check("credit_application_term", "term_months BETWEEN 1 AND 600"),
        _check(
            "credit_application_stage",
            "(state IN ('submitted', 'review', 'waiting_client')) = (stage IS NOT NULL)",
        ),
        _check(
            "credit_application_decided",
            "(decision IS NULL) = (decided_at IS NULL)"
            " AND (decision IS NOT NULL OR state NOT IN"
            " ('approved', 'counter_offer', 'declined', 'accepted', 'signed', 'disbursed'))",
        ),
        _check(
            "credit_application_approved",
            "(approved_minor IS NOT NULL) = (decision IS NOT NULL AND decision <> 'decline')"
            " AND (approved_minor IS NULL OR approved_minor BETWEEN 1 AND amount_minor)"
            " AND (approved_minor IS NOT NULL) = (decision_expires_on IS NOT NULL)",
        ),
        _check(
            "credit_application_informed",
            "(client_informed_at IS NULL) = (informed_in_call IS NULL)"
            " AND (client_informed_at IS NULL OR decided_at IS NOT NULL)",
        ),
        _fk("credit_application", "party", "party.id"),
        _fk("credit_application", "product", "product.id"),
        _fk("credit_application", "route_version", "approval_routes.version"),
        _fk("credit_application", "owner", "employee.id"),
        _pk("credit_application"),
        _unique("credit_application", "number"),
    )
    _index("credit_application", "party", "created_at")
    _index("credit_application", "state", "created_at", "id")
    _index("credit_application", "owner", "state")
    _index("credit_application", "created_at", "id")
    _index("credit_application", "decision_expires_on")
    op.create_table(
        "co_applicant",
        _id("application"),
        *_texts("party"),
        _fk("co_applicant", "application", "credit_application.id"),
        _fk("co_applicant", "party", "party.id"),
        _pk("co_applicant", "application", "party"),
    )
    _index("co_applicant", "party")


def _what_happened() -> None:
    op.create_table(
        "application_event",
        _id(),
        _id("application"),
        *_times("at"),
        *_texts("actor", "move"),
        _code("state", _STATES),
        *_texts("stage", "note"),
        _fk("application_event", "application", "credit_application.id"),
        _pk("application_event"),
    )
    _index("application_event", "application", "at", "id")
    op.create_table(
        "application_vote",
        _id(),
        _id("application"),
        *_numbers("round"),
        *_texts("voter"),
        _code("choice", _CHOICES),
        _minor("counter_minor", nullable=True),
        *_texts("note"),
        *_times("at"),
        _check("application_vote_counter", "(choice = 'counter') = (counter_minor IS NOT NULL)"),
        _fk("application_vote", "application", "credit_application.id"),
        _fk("application_vote", "voter", "employee.id"),
        _pk("application_vote"),
        _unique("application_vote", "application", "round", "voter"),
    )
    op.create_table(
        "application_document",
        _id("application"),
        *_texts("code"),
        *_times("received_at", nullable=True),
        *_maybe("received_by"),
        _check("application_document_received", "(received_at IS NULL) = (received_by IS NULL)"),
        _fk("application_document", "application", "credit_application.id"),
        _fk("application_document", "received_by", "employee.id"),
        _pk("application_document", "application", "code"),
    )
    op.create_table(
        "decision_made",
        _id("application"),
        *_texts("party"),
        _code("decision", _CHOICES),
        *_times("at"),
        _fk("decision_made", "application", "credit_application.id"),
        _fk("decision_made", "party", "party.id"),
        _pk("decision_made", "application"),
    )
    _index("decision_made", "at", "application")
