"""What parties are found by: terms in one alphabet, and words under their typing errors.

The tables are derived, so they are filled here by the code that keeps them, and what was there
before is dropped.
"""

import sqlalchemy as sa
from alembic import op

from crm_core.search.folding import words
from crm_core.search.index import Findable, spellings_of, terms_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SOURCES = ("name", "registration", "tax_id", "agreement")
_PARTIES = (
    "SELECT p.id, p.display_name, o.legal_name, o.registration_number"
    " FROM party p LEFT JOIN organisation o ON o.party = p.id"
)
_BATCH = 1000


def upgrade() -> None:
    op.drop_table("party_name_token")
    op.create_table(
        "search_document",
        sa.Column("party", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_search_document_party")),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_search_document")),
    )
    _terms()
    op.create_table(
        "search_spelling",
        sa.Column("variant", _SORTABLE, nullable=False),
        sa.Column("word", _SORTABLE, nullable=False),
        sa.Column("term", _SORTABLE, nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name=op.f("pk_search_spelling")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_spelling_term"), "search_spelling", ["term"])
    _fill()


def downgrade() -> None:
    for table in ("search_spelling", "search_term", "search_document"):
        op.drop_table(table)
    op.create_table(
        "party_name_token",
        sa.Column("token", _SORTABLE, nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_party_name_token_party")),
        sa.PrimaryKeyConstraint("token", "party", name=op.f("pk_party_name_token")),
    )
    op.create_index(op.f("ix_party_name_token_party"), "party_name_token", ["party"])
    rows = [
        {"token": word, "party": party}
        for party, *names in _parties()
        for word in sorted({word for name in names[:2] for word in words(name or "")})
    ]
    _insert(sa.table("party_name_token", sa.column("token"), sa.column("party")), rows)


def _terms() -> None:
    source = sa.Enum(*_SOURCES, name="source", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "search_term",
        sa.Column("term", _SORTABLE, nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("source", source, nullable=False),
        sa.ForeignKeyConstraint(
            ["party"],
            ["search_document.party"],
            name=op.f("fk_search_term_party"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("term", "party", "source", name=op.f("pk_search_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_term_party_term"), "search_term", ["party", "term"])


def _fill() -> None:
    documents, terms, spellings = [], [], {}
    for party, name, legal, registration in _parties():
        names = tuple(filter(None, (name, legal)))
        documents.append({"party": party})
        found = terms_of(Findable(names=names, registration=registration))
        terms += [{"term": t, "party": party, "source": source.value} for t, source in found]
        spellings |= {(row["variant"], row["word"]): row for row in spellings_of(names)}
    for name, rows in (
        ("search_document", documents),
        ("search_term", terms),
        ("search_spelling", list(spellings.values())),
    ):
        if rows:
            _insert(sa.table(name, *map(sa.column, rows[0])), rows)


def _parties():
    return op.get_bind().execute(sa.text(_PARTIES)).all()


def _insert(table, rows) -> None:
    for begin in range(0, len(rows), _BATCH):
        op.get_bind().execute(table.insert(), rows[begin : begin + _BATCH])
