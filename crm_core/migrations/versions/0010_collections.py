"""Collection cases, promises to pay, blacklist."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TABLES = (
    "collection_case",
    "case_item",
    "case_event",
    "promise",
    "promise_allocation",
    "promise_exception",
    "blacklist_entry",
)
_CASE = (
    "open assigned in_contact promised restructure_review pre_legal legal paused cured closed"
    " recovered written_off"
)


def upgrade() -> None:
    _cases()
    _history()
    _promises()
    _proof()
    _blacklist()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name, values, *, nullable=False):
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _id():
    return sa.Column("id", _ID, nullable=False)


def _ref(name, *, nullable=False):
    """The id of a row that sorts by its id."""
    return sa.Column(name, _ID, nullable=nullable)


def _texts(*names, nullable=False):
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _times(*names, nullable=False):
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _dates(*names, nullable=False):
    return [sa.Column(name, sa.Date(), nullable=nullable) for name in names]


def _numbers(*names):
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _minors(*names):
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _pk(table, *columns):
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table, *columns) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _one(name, table, column, where) -> None:
    only = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=only, postgresql_where=only)


def _cases() -> None:
    op.create_table(
        "collection_case",
        _id(),
        *_texts("party"),
        _code("state", _CASE),
        *_texts("owner", nullable=True),
        *_texts("strategy", "stage", "next_step"),
        *_times("next_action_at", nullable=True),
        *_numbers("episode"),
        *_dates("opened_on"),
        *_dates("closed_on", nullable=True),
        *_dates("reviewed_on"),
        *_dates("zero_on", nullable=True),
        *_numbers("worst_dpd", "score"),
        *_texts("score_version"),
        sa.Column("factors", _DOCUMENT, nullable=False),
        *_dates("pause_ends_on", nullable=True),
        _code("pause_reason", "dispute hardship deceased bank", nullable=True),
        _code("paused_in", _CASE, nullable=True),
        *_times("created_at", "updated_at"),
        *_numbers("row_version"),
        _check(
            "collection_case_ended",
            "(closed_on IS NOT NULL) = (state IN ('closed', 'recovered', 'written_off'))",
        ),
        _check(
            "collection_case_paused",
            "(state = 'paused' AND pause_ends_on IS NOT NULL AND pause_reason IS NOT NULL"
            " AND paused_in IS NOT NULL) OR (state <> 'paused' AND pause_ends_on IS NULL"
            " AND pause_reason IS NULL AND paused_in IS NULL)",
        ),
        _check("collection_case_paused_in_work", "paused_in IS NULL OR paused_in <> 'paused'"),
        _check(
            "collection_case_owned",
            "state IN ('open', 'paused', 'cured', 'closed') OR owner IS NOT NULL",
        ),
        _check("collection_case_figures", "episode >= 1 AND worst_dpd >= 0 AND score >= 0"),
        _fk("collection_case", "party", "party.id"),
        _fk("collection_case", "owner", "employee.id"),
        _pk("collection_case"),
    )
    _one("uq_collection_case_open", "collection_case", "party", "closed_on IS NULL")
    _index("collection_case", "party")
    _index("collection_case", "owner", "closed_on", "next_action_at")
    _index("collection_case", "closed_on", "score", "id")
    op.create_table(
        "case_item",
        _ref("case"),
        *_texts("agreement"),
        *_dates("added_on", "business_date"),
        *_texts("currency"),
        *_numbers("dpd"),
        _code("range", "none d1_30 d31_60 d61_90 d91_180 d181"),
        *_minors("overdue_minor"),
        *_dates("cleared_on", nullable=True),
        _check("case_item_figures", "dpd >= 0 AND overdue_minor >= 0"),
        _check("case_item_cleared", "(cleared_on IS NOT NULL) = (overdue_minor = 0)"),
        _check("case_item_currency", "length(currency) = 3 AND currency = upper(currency)"),
        _fk("case_item", "case", "collection_case.id"),
        _fk("case_item", "agreement", "agreement.id"),
        _pk("case_item", "case", "agreement"),
    )
    _index("case_item", "agreement")


def _history() -> None:
    op.create_table(
        "case_event",
        _id(),
        _ref("case"),
        *_texts("party"),
        *_numbers("episode"),
        *_times("at"),
        *_texts("actor", "kind"),
        _code("state", _CASE),
        *_texts("step", "channel", "outcome"),
        *_texts("call", nullable=True),
        *_texts("note"),
        _fk("case_event", "case", "collection_case.id"),
        _fk("case_event", "party", "party.id"),
        _pk("case_event"),
    )
    _index("case_event", "case", "at", "id")
    _index("case_event", "party", "at", "id")


def _promises() -> None:
    op.create_table(
        "promise",
        _id(),
        _ref("case"),
        *_numbers("episode"),
        *_texts("currency"),
        *_minors("amount_minor", "kept_minor"),
        *_times("taken_at"),
        *_dates("taken_on", "due_on", "last_on"),
        *_numbers("threshold_pct"),
        _code("channel", "call message email letter visit none"),
        _code("reason", "forgot salary_late job_lost illness business_down disputed other"),
        *_texts("call", nullable=True),
        *_texts("taken_by"),
        _code("state", "active kept broken cancelled replaced"),
        *_dates("decided_on", nullable=True),
        _ref("replaces", nullable=True),
        *_texts("cancel_asked_by", nullable=True),
        *_texts("cancel_reason"),
        *_texts("cancelled_by", nullable=True),
        *_numbers("row_version"),
        _check("promise_amount", "amount_minor > 0 AND kept_minor BETWEEN 0 AND amount_minor"),
        _check("promise_currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check("promise_days", "taken_on <= due_on AND due_on <= last_on"),
        _check("promise_threshold", "threshold_pct BETWEEN 1 AND 100"),
        _check("promise_decided", "(state = 'active') = (decided_on IS NULL)"),
        _check("promise_cancel_reason", "(cancel_asked_by IS NULL) = (cancel_reason = '')"),
        _check(
            "promise_four_eyes",
            "(state = 'cancelled') = (cancelled_by IS NOT NULL) AND (cancelled_by IS NULL OR"
            " (cancel_asked_by IS NOT NULL AND cancelled_by <> cancel_asked_by))",
        ),
        _check(
            "promise_kept",
            "state <> 'kept' OR 100 * kept_minor >= threshold_pct * amount_minor",
        ),
        _fk("promise", "case", "collection_case.id"),
        _fk("promise", "taken_by", "employee.id"),
        _fk("promise", "replaces", "promise.id"),
        _fk("promise", "cancel_asked_by", "employee.id"),
        _fk("promise", "cancelled_by", "employee.id"),
        _pk("promise"),
        sa.UniqueConstraint("replaces", name=op.f("uq_promise_replaces")),
    )
    _one("uq_promise_active", "promise", "case", "state = 'active'")
    _index("promise", "case", "taken_at")
    _index("promise", "state", "last_on")


def _proof() -> None:
    op.create_table(
        "promise_allocation",
        _ref("promise"),
        _ref("entry"),
        *_minors("amount_minor"),
        _check("promise_allocation_amount", "amount_minor > 0"),
        _fk("promise_allocation", "promise", "promise.id"),
        _fk("promise_allocation", "entry", "ledger_entry.id"),
        _pk("promise_allocation", "promise", "entry"),
    )
    _index("promise_allocation", "entry")
    op.create_table(
        "promise_exception",
        *_texts("promise", "entry"),
        *_dates("found_on"),
        *_times("settled_at", nullable=True),
        *_texts("settled_by", nullable=True),
        _check("promise_exception_settled", "(settled_at IS NULL) = (settled_by IS NULL)"),
        sa.ForeignKeyConstraint(
            ["promise", "entry"],
            ["promise_allocation.promise", "promise_allocation.entry"],
            name=op.f("fk_promise_exception_promise_entry"),
        ),
        _fk("promise_exception", "settled_by", "employee.id"),
        _pk("promise_exception", "promise", "entry"),
    )


def _blacklist() -> None:
    op.create_table(
        "blacklist_entry",
        _id(),
        _code("kind", "party number document"),
        *_texts("party", nullable=True),
        *_texts("value", "value_key", "shown"),
        _code("reason", "fraud threats do_not_call court wrong_number other"),
        _code("scope", "collection marketing lending all"),
        *_texts("note"),
        *_dates("starts_on"),
        *_dates("ends_before", nullable=True),
        *_times("added_at"),
        *_texts("added_by"),
        *_times("approved_at", nullable=True),
        *_texts("approved_by", "refused_by", nullable=True),
        *_numbers("row_version"),
        _check("blacklist_entry_party", "(kind = 'party') = (party IS NOT NULL)"),
        _check("blacklist_entry_value", "(kind = 'party') = (value = '')"),
        _check("blacklist_entry_value_key", "(kind = 'document') = (value_key <> '')"),
        _check("blacklist_entry_validity", "ends_before IS NULL OR starts_on < ends_before"),
        _check("blacklist_entry_approved", "(approved_by IS NULL) = (approved_at IS NULL)"),
        _check("blacklist_entry_four_eyes", "approved_by IS NULL OR approved_by <> added_by"),
        _check("blacklist_entry_refused", "(refused_by IS NULL) OR approved_by IS NULL"),
        _fk("blacklist_entry", "party", "party.id"),
        _fk("blacklist_entry", "added_by", "employee.id"),
        _fk("blacklist_entry", "approved_by", "employee.id"),
        _fk("blacklist_entry", "refused_by", "employee.id"),
        _pk("blacklist_entry"),
    )
    _index("blacklist_entry", "party")
    _index("blacklist_entry", "kind", "value")
