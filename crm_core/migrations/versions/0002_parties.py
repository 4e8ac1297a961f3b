"""Parties, their phones and their managers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "party",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "organisation",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "suspect",
                "potential",
                "new",
                "active",
                "inactive",
                "closed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_party_source_source_key")),
    )
    op.create_table(
        "person",
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_person_party")),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_person")),
    )
    op.create_table(
        "organisation",
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_organisation_party")),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_organisation")),
    )
    op.create_table(
        "party_name_token",
        sa.Column(
            "token", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("party", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_name_token_party")),
        sa.PrimaryKeyConstraint("token", "party", name=op.f("pk_party_name_token")),
    )
    op.create_index(op.f("ix_party_name_token_party"), "party_name_token", ["party"], unique=False)
    op.create_table(
        "phone_number",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "e164", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "digits_reversed",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "invalid",
                "reassigned",
                "own",
                "service",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "substr(e164, 1, 1) = '+' AND length(e164) BETWEEN 8 AND 16",
            name=op.f("ck_phone_number_e164"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_number")),
        sa.UniqueConstraint("e164", name=op.f("uq_phone_number_e164")),
    )
    op.create_index(
        op.f("ix_phone_number_digits_reversed"), "phone_number", ["digits_reversed"], unique=False
    )
    op.create_table(
        "party_phone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "mobile",
                "home",
                "work",
                "relative",
                "third_party",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_party_phone_rank")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_party_phone_validity")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_phone_party")),
        sa.ForeignKeyConstraint(["phone"], ["phone_number.id"], name=op.f("fk_party_phone_phone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_phone")),
        sa.UniqueConstraint(
            "party",
            "phone",
            "role",
            "valid_from",
            name=op.f("uq_party_phone_party_phone_role_valid_from"),
        ),
    )
    op.create_index(op.f("ix_party_phone_phone"), "party_phone", ["phone"], unique=False)
    op.create_table(
        "manager_assignment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("employee", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "primary",
                "deputy",
                "expert",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rank >= 1 AND (role = 'primary') = (rank = 1)",
            name=op.f("ck_manager_assignment_primary_is_first"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_manager_assignment_validity")
        ),
        sa.ForeignKeyConstraint(
            ["employee"], ["employee.id"], name=op.f("fk_manager_assignment_employee")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_manager_assignment_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_assignment")),
    )
    op.create_index(
        op.f("ix_manager_assignment_employee"), "manager_assignment", ["employee"], unique=False
    )
    op.create_index(
        op.f("ix_manager_assignment_party"), "manager_assignment", ["party"], unique=False
    )
    op.create_index(
        "uq_manager_assignment_open_employee",
        "manager_assignment",
        ["party", "employee"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_index(
        "uq_manager_assignment_open_rank",
        "manager_assignment",
        ["party", "rank"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("manager_assignment")
    op.drop_table("party_phone")
    op.drop_table("phone_number")
    op.drop_table("party_name_token")
    op.drop_table("organisation")
    op.drop_table("person")
    op.drop_table("party")
