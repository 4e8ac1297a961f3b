"""Relations, groups, branches, teams, leave, segments, and the history of status and tier."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_RATE = sa.Numeric(12, 8).with_variant(sa.Text(), "sqlite")
_ROLES_BEFORE = "role IN ('primary', 'deputy', 'expert')"
_ROLES_AFTER = "role IN ('primary', 'deputy', 'expert', 'collector', 'product')"
_TABLES = (
    "segment_membership segment_version segment client_standing"
    " party_group_member party_group party_relationship relationship_type"
    " employee_leave team_member team party_branch branch"
)
_TYPES = """
spouse spouse g r - | spouse, spouse | супруг(а), супруг(а)
parent child g r - | parent, child | родитель, ребёнок
relative relative - - - | relative, relative | родственник, родственник
guardian ward g r - | guardian, ward | опекун, подопечный
employer employee - - - | employer, employee | работодатель, сотрудник
director directed - r - | director, managed company | руководитель, под руководством
founder founded g r o | founder, founded company | учредитель, учреждённая компания
owner owned g r o | owner, owned company | владелец, компания во владении
parent_company subsidiary g r - | parent company, subsidiary | материнская компания, дочерняя компания
affiliate affiliate g r - | affiliate, affiliate | аффилированное лицо, аффилированное лицо
guarantor guaranteed - r - | guarantor, guaranteed borrower | поручитель, заёмщик с поручительством
authorised principal - - - | authorised person, principal | доверенное лицо, доверитель
partner partner - - - | business partner, business partner | деловой партнёр, деловой партнёр
supplier customer - r - | supplier, customer | поставщик, покупатель
contact contact_of - - - | contact person, has contact person | контактное лицо, представляемый клиент
referrer referred - - - | recommended by, recommended | рекомендовал, пришёл по рекомендации
"""  # noqa: E501 - a type a line
"""Code, reverse code, forms groups, spreads risk, owns a share | English names | Russian names."""


def upgrade() -> None:
    _structure()
    _relations()
    _seed_types()
    _clients()
    with op.batch_alter_table("manager_assignment") as table:
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    _manager_roles(_ROLES_AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM manager_assignment WHERE role IN ('collector', 'product')")
    _manager_roles(_ROLES_BEFORE)
    with op.batch_alter_table("manager_assignment") as table:
        table.drop_column("ended_at")
    for table in _TABLES.split():
        op.drop_table(table)


def _manager_roles(check: str) -> None:
    with op.batch_alter_table("manager_assignment") as table:
        table.drop_constraint(op.f("ck_manager_assignment_role"), type_="check")
        table.create_check_constraint(op.f("ck_manager_assignment_role"), check)


def _dates() -> tuple[sa.Column[Any], ...]:
    """When a row holds, and when that and its end were recorded."""
    return (
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )


def _dated(table: str) -> tuple[sa.CheckConstraint, ...]:
    validity, ended = op.f(f"ck_{table}_validity"), op.f(f"ck_{table}_ended")
    return (
        sa.CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name=validity),
        sa.CheckConstraint("ended_at IS NULL OR valid_to IS NOT NULL", name=ended),
    )


def _one_open(table: str, columns: list[str]) -> None:
    """Of rows with these columns one at most has no end."""
    open_ = sa.text("valid_to IS NULL")
    op.create_index(
        f"uq_{table}_open",
        table,
        columns,
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )


def _seed_types() -> None:
    table = sa.table(
        "relationship_type",
        *map(sa.column, ("code", "reverse_code", "group_forming")),
        *map(sa.column, ("risk_spreading", "owns")),
        sa.column("names", _DOCUMENT),
        sa.column("reverse_names", _DOCUMENT),
    )
    op.bulk_insert(table, [_type(line) for line in _TYPES.strip().splitlines()])


def _type(line: str) -> dict[str, object]:
    codes, english, russian = (part.strip() for part in line.split("|"))
    code, reverse, group, risk, owns = codes.split()
    (en, en_reverse), (ru, ru_reverse) = english.split(", "), russian.split(", ")
    return {
        "code": code,
        "reverse_code": reverse,
        "group_forming": group == "g",
        "risk_spreading": risk == "r",
        "owns": owns == "o",
        "names": {"en": en, "ru": ru},
        "reverse_names": {"en": en_reverse, "ru": ru_reverse},
    }


def _structure() -> None:
    """Branches and teams, and who is on leave."""
    op.create_table(
        "branch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent IS NULL OR parent <> id", name=op.f("ck_branch_no_self")),
        sa.ForeignKeyConstraint(["parent"], ["branch.id"], name=op.f("fk_branch_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("code", name=op.f("uq_branch_code")),
    )
    op.create_table(
        "party_branch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        *_dates(),
        *_dated("party_branch"),
        sa.ForeignKeyConstraint(["branch"], ["branch.id"], name=op.f("fk_party_branch_branch")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_branch_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_branch")),
    )
    op.create_index(op.f("ix_party_branch_branch"), "party_branch", ["branch"], unique=False)
    _one_open("party_branch", ["party", "branch"])
    op.create_table(
        "team",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch"], ["branch.id"], name=op.f("fk_team_branch")),
        sa.ForeignKeyConstraint(["lead"], ["employee.id"], name=op.f("fk_team_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "team_member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("employee", sa.Text(), nullable=False),
        *_dates(),
        *_dated("team_member"),
        sa.ForeignKeyConstraint(
            ["employee"], ["employee.id"], name=op.f("fk_team_member_employee")
        ),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name=op.f("fk_team_member_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_employee"), "team_member", ["employee"], unique=False)
    _one_open("team_member", ["team", "employee"])
    op.create_table(
        "employee_leave",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "holiday",
                "sick",
                "training",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("substitute", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "substitute IS NULL OR substitute <> employee", name=op.f("ck_employee_leave_no_self")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from < valid_to", name=op.f("ck_employee_leave_validity")
        ),
        sa.ForeignKeyConstraint(
            ["employee"], ["employee.id"], name=op.f("fk_employee_leave_employee")
        ),
        sa.ForeignKeyConstraint(
            ["substitute"], ["employee.id"], name=op.f("fk_employee_leave_substitute")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_leave")),
    )
    op.create_index(
        op.f("ix_employee_leave_employee"), "employee_leave", ["employee"], unique=False
    )


def _relations() -> None:
    """What parties are to each other."""
    op.create_table(
        "relationship_type",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reverse_code", sa.Text(), nullable=False),
        sa.Column("group_forming", sa.Boolean(), nullable=False),
        sa.Column("risk_spreading", sa.Boolean(), nullable=False),
        sa.Column("owns", sa.Boolean(), nullable=False),
        sa.Column("names", _DOCUMENT, nullable=False),
        sa.Column("reverse_names", _DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_relationship_type")),
        sa.UniqueConstraint("reverse_code", name=op.f("uq_relationship_type_reverse_code")),
    )
    op.create_table(
        "party_relationship",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("from_party", sa.Text(), nullable=False),
        sa.Column("to_party", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("share_pct", _RATE, nullable=True),
        *_dates(),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        *_dated("party_relationship"),
        sa.CheckConstraint("from_party <> to_party", name=op.f("ck_party_relationship_no_self")),
        sa.ForeignKeyConstraint(
            ["from_party"], ["party.id"], name=op.f("fk_party_relationship_from_party")
        ),
        sa.ForeignKeyConstraint(
            ["to_party"], ["party.id"], name=op.f("fk_party_relationship_to_party")
        ),
        sa.ForeignKeyConstraint(
            ["type"], ["relationship_type.code"], name=op.f("fk_party_relationship_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_relationship")),
        sa.UniqueConstraint(
            "source", "source_key", name=op.f("uq_party_relationship_source_source_key")
        ),
    )
    op.create_index(
        op.f("ix_party_relationship_to_party"), "party_relationship", ["to_party"], unique=False
    )
    _one_open("party_relationship", ["from_party", "to_party", "type"])
    op.create_table(
        "party_group",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "household",
                "companies",
                "holding",
                "custom",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["head"], ["party.id"], name=op.f("fk_party_group_head")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_group")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_party_group_source_source_key")),
    )
    op.create_table(
        "party_group_member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        *_dates(),
        *_dated("party_group_member"),
        sa.ForeignKeyConstraint(
            ["group"], ["party_group.id"], name=op.f("fk_party_group_member_group")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_group_member_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_group_member")),
    )
    op.create_index(
        op.f("ix_party_group_member_party"), "party_group_member", ["party"], unique=False
    )
    _one_open("party_group_member", ["group", "party"])


def _clients() -> None:
    """Status and tier over time, and segments."""
    op.create_table(
        "client_standing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column(
            "aspect",
            sa.Enum(
                "status",
                "tier",
                name="aspect",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("why", _DOCUMENT, nullable=False),
        *_dates(),
        *_dated("client_standing"),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_client_standing_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_standing")),
    )
    _one_open("client_standing", ["party", "aspect"])
    op.create_table(
        "segment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("code", name=op.f("uq_segment_code")),
    )
    op.create_table(
        "segment_version",
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_segment_version_n")),
        sa.ForeignKeyConstraint(
            ["segment"], ["segment.id"], name=op.f("fk_segment_version_segment")
        ),
        sa.PrimaryKeyConstraint("segment", "n", name=op.f("pk_segment_version")),
    )
    op.create_table(
        "segment_membership",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_dates(),
        *_dated("segment_membership"),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_segment_membership_party")),
        sa.ForeignKeyConstraint(
            ["segment"], ["segment.id"], name=op.f("fk_segment_membership_segment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_membership")),
    )
    op.create_index(
        op.f("ix_segment_membership_party"), "segment_membership", ["party"], unique=False
    )
    _one_open("segment_membership", ["segment", "party"])
