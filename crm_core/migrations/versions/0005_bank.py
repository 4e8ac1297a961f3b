"""What the bank holds and is owed: products, agreements, loans, arrears, cards, statements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = (
    *("product", "product_version", "agreement", "agreement_party", "balance", "bank_card"),
    *("ledger_entry", "loan", "loan_schedule", "instalment", "payment_allocation"),
    *("arrears_pause", "arrears_snapshot"),
)
_COMPONENTS = ("principal", "interest", "fee", "penalty")
_SETTLED = ("paid", "waived", "written_off")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_RATE = sa.Numeric(12, 8).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _products()
    _agreements()
    _loans()
    _arrears()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name, values):
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def _minor(name):
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _time(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _fk(name, column, target):
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{name}"))


def _unique(table, *columns):
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table, *columns) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _unique_where(name, table, columns, condition) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _settled(name):
    parts = [f"{name}_{part}" for part in _SETTLED]
    positive = " AND ".join(f"{part} >= 0" for part in parts)
    return _check(f"instalment_{name}", f"{positive} AND {' + '.join(parts)} <= {name}_due")


def _met():
    due = " + ".join(f"{name}_due" for name in _COMPONENTS)
    settled = " + ".join(f"{name}_{part}" for name in _COMPONENTS for part in _SETTLED)
    return _check("instalment_met", f"(met_on IS NOT NULL) = ({due} = {settled})")


def _component(name):
    return [_minor(f"{name}_{part}") for part in ("due", *_SETTLED)]


def _products() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "family", _code("family", "account card_account loan deposit line"), nullable=False
        ),
        sa.Column("names", _DOCUMENT, nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        _unique("product", "code"),
    )
    op.create_table(
        "product_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("status", _code("status", "planned active expired"), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rate", _RATE, nullable=False),
        sa.Column("fees", _DOCUMENT, nullable=False),
        sa.Column("fines", _DOCUMENT, nullable=False),
        sa.Column("min_term_months", sa.Integer(), nullable=True),
        sa.Column("max_term_months", sa.Integer(), nullable=True),
        sa.Column("min_amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("max_amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=True),
        _time("created_at"),
        _check("product_version_validity", "ends_before IS NULL OR starts_on < ends_before"),
        _check("product_version_currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check(
            "product_version_amounts",
            "min_amount_minor IS NULL"
            " OR max_amount_minor IS NULL"
            " OR min_amount_minor <= max_amount_minor",
        ),
        _check(
            "product_version_terms",
            "min_term_months IS NULL"
            " OR max_term_months IS NULL"
            " OR min_term_months <= max_term_months",
        ),
        _fk("product_version_product", "product", "product.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_version")),
        _unique("product_version", "product", "currency", "starts_on"),
        _unique("product_version", "product", "n"),
    )
    _unique_where(
        "uq_product_version_open", "product_version", ["product", "currency"], "ends_before IS NULL"
    )


def _agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", _code("kind", "account card_account loan deposit line"), nullable=False),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number_sealed", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("number_last4", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("status", _code("status", "pending active blocked closed"), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("source", "source_key")),
        _time("as_of"),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _check("agreement_closed", "(status = 'closed') = (closed_on IS NOT NULL)"),
        _check("agreement_dates", "closed_on IS NULL OR opened_on <= closed_on"),
        _check("agreement_currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check("agreement_last4", "length(number_last4) <= 4"),
        _fk("agreement_product_version", "product_version", "product_version.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        _unique("agreement", "source", "source_key"),
    )
    _index("agreement", "number_hash")
    _index("agreement", "number_key")
    op.create_table(
        "agreement_party",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column(
            "role", _code("role", "owner co_holder guarantor authorised payer"), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=True),
        _time("created_at"),
        _check("agreement_party_validity", "ends_before IS NULL OR starts_on < ends_before"),
        _fk("agreement_party_agreement", "agreement", "agreement.id"),
        _fk("agreement_party_party", "party", "party.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_party")),
        _unique("agreement_party", "agreement", "party", "role", "starts_on"),
    )
    _index("agreement_party", "party")
    _unique_where(
        "uq_agreement_party_open_owner",
        "agreement_party",
        ["agreement"],
        "role = 'owner' AND ends_before IS NULL",
    )
    op.create_table(
        "balance",
        sa.Column("agreement", sa.Text(), nullable=False),
        _time("as_of"),
        sa.Column("booked_minor", sa.BigInteger(), nullable=False),
        sa.Column("available_minor", sa.BigInteger(), nullable=False),
        _time("created_at"),
        _fk("balance_agreement", "agreement", "agreement.id"),
        sa.PrimaryKeyConstraint("agreement", "as_of", name=op.f("pk_balance")),
    )
    op.create_table(
        "bank_card",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column(
            "network", _code("network", "mir visa mastercard unionpay prostir"), nullable=False
        ),
        sa.Column(
            "status", _code("status", "ordered ready active blocked expired closed"), nullable=False
        ),
        sa.Column("last4", sa.Text(), nullable=False),
        sa.Column("embossed_name", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("ready_at_branch_on", sa.Date(), nullable=True),
        sa.Column("reissue_offer_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("source", "source_key")),
        _time("as_of"),
        _time("created_at"),
        _check("bank_card_ready_somewhere", "status <> 'ready' OR ready_at_branch_on IS NOT NULL"),
        _check("bank_card_dates", "issued_on IS NULL OR issued_on <= expires_on"),
        _check("bank_card_last4", "length(last4) = 4"),
        _fk("bank_card_agreement", "agreement", "agreement.id"),
        _fk("bank_card_party", "party", "party.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_card")),
        _unique("bank_card", "source", "source_key"),
    )
    _index("bank_card", "agreement")
    _index("bank_card", "party")
    op.create_table(
        "ledger_entry",
        sa.Column("id", _SORTABLE, nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            _code(
                "kind", "disbursement repayment transfer purchase cash salary interest fee reversal"
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _time("booked_at"),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("reversal_of", _SORTABLE, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("source", "source_key")),
        _time("created_at"),
        _check("ledger_entry_reversal", "(kind = 'reversal') = (reversal_of IS NOT NULL)"),
        _check("ledger_entry_amount", "amount_minor <> 0"),
        _fk("ledger_entry_agreement", "agreement", "agreement.id"),
        _fk("ledger_entry_reversal_of", "reversal_of", "ledger_entry.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        _unique("ledger_entry", "reversal_of"),
        _unique("ledger_entry", "source", "source_key"),
    )
    _index("ledger_entry", "agreement", "booked_at", "id")


def _loans() -> None:
    op.create_table(
        "loan",
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", _RATE, nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("method", _code("method", "annuity straight_line"), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=False),
        sa.Column("maturity_on", sa.Date(), nullable=False),
        sa.Column("repayment_account", sa.Text(), nullable=True),
        _check("loan_dates", "disbursed_on <= maturity_on"),
        _check("loan_principal", "principal_minor > 0"),
        _check("loan_term", "term_months BETWEEN 1 AND 600"),
        _fk("loan_agreement", "agreement", "agreement.id"),
        _fk("loan_repayment_account", "repayment_account", "agreement.id"),
        sa.PrimaryKeyConstraint("agreement", name=op.f("pk_loan")),
    )
    op.create_table(
        "loan_schedule",
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "reason", _code("reason", "disbursed restructured prepaid mirrored"), nullable=False
        ),
        _time("created_at"),
        _fk("loan_schedule_loan", "loan", "loan.agreement"),
        sa.PrimaryKeyConstraint("loan", "version", name=op.f("pk_loan_schedule")),
    )
    op.create_table(
        "instalment",
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_component("principal"),
        *_component("interest"),
        *_component("fee"),
        *_component("penalty"),
        sa.Column("met_on", sa.Date(), nullable=True),
        *[_settled(name) for name in _COMPONENTS],
        _met(),
        _check("instalment_n", "n >= 1"),
        sa.ForeignKeyConstraint(
            ["loan", "schedule_version"],
            ["loan_schedule.loan", "loan_schedule.version"],
            name=op.f("fk_instalment_loan_schedule_version"),
        ),
        sa.PrimaryKeyConstraint("loan", "schedule_version", "n", name=op.f("pk_instalment")),
    )
    op.create_table(
        "payment_allocation",
        sa.Column("entry", _SORTABLE, nullable=False),
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "component", _code("component", "principal interest fee penalty"), nullable=False
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _check("payment_allocation_amount", "amount_minor > 0"),
        _fk("payment_allocation_entry", "entry", "ledger_entry.id"),
        sa.ForeignKeyConstraint(
            ["loan", "schedule_version", "n"],
            ["instalment.loan", "instalment.schedule_version", "instalment.n"],
            name=op.f("fk_payment_allocation_loan_schedule_version_n"),
        ),
        sa.PrimaryKeyConstraint(
            "entry", "schedule_version", "n", "component", name=op.f("pk_payment_allocation")
        ),
    )
    _index("payment_allocation", "loan", "schedule_version", "n")


def _arrears() -> None:
    op.create_table(
        "arrears_pause",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column(
            "reason", _code("reason", "dispute hardship holiday deceased bank"), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=True),
        _time("created_at"),
        _check("arrears_pause_validity", "ends_before IS NULL OR starts_on < ends_before"),
        _fk("arrears_pause_agreement", "agreement", "agreement.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_pause")),
        _unique("arrears_pause", "agreement", "starts_on"),
    )
    _unique_where("uq_arrears_pause_open", "arrears_pause", ["agreement"], "ends_before IS NULL")
    op.create_table(
        "arrears_snapshot",
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("dpd", sa.Integer(), nullable=False),
        sa.Column("range", _code("range", "none d1_30 d31_60 d61_90 d91_180 d181"), nullable=False),
        *(sa.Column(f"overdue_{c}_minor", sa.BigInteger(), nullable=False) for c in _COMPONENTS),
        sa.Column("oldest_due_on", sa.Date(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("next_due_minor", sa.BigInteger(), nullable=True),
        sa.Column("last_paid_on", sa.Date(), nullable=True),
        sa.Column("last_paid_minor", sa.BigInteger(), nullable=True),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        _time("as_of"),
        _check(
            "arrears_snapshot_range_of_dpd",
            '"range" = CASE'
            " WHEN dpd >= 181 THEN 'd181'"
            " WHEN dpd >= 91 THEN 'd91_180'"
            " WHEN dpd >= 61 THEN 'd61_90'"
            " WHEN dpd >= 31 THEN 'd31_60'"
            " WHEN dpd >= 1 THEN 'd1_30'"
            " WHEN dpd >= 0 THEN 'none' END",
        ),
        _check("arrears_snapshot_last_paid", "(last_paid_on IS NULL) = (last_paid_minor IS NULL)"),
        _check("arrears_snapshot_next_due", "(next_due_on IS NULL) = (next_due_minor IS NULL)"),
        _check(
            "arrears_snapshot_dpd_means_overdue",
            "dpd >= 0 AND (paused OR (dpd = 0) = (overdue_principal_minor"
            " + overdue_interest_minor"
            " + overdue_fee_minor"
            " + overdue_penalty_minor = 0))",
        ),
        _check(
            "arrears_snapshot_overdue",
            "overdue_principal_minor >= 0"
            " AND overdue_interest_minor >= 0"
            " AND overdue_fee_minor >= 0"
            " AND overdue_penalty_minor >= 0",
        ),
        _fk("arrears_snapshot_agreement", "agreement", "agreement.id"),
        sa.PrimaryKeyConstraint("agreement", "business_date", name=op.f("pk_arrears_snapshot")),
    )
