"""Tables of the search: derived from what else is stored, and made anew from it at any time."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, SortableText, code
from routing.ids import PartyId


class TermSource(StrEnum):
    """What a term was taken from; a new thing to be found by is a new source."""

    NAME = "name"
    REGISTRATION = "registration"
    TAX_ID = "tax_id"
    AGREEMENT = "agreement"


class SearchDocument(Base):
    """A party that may be found. One that was merged or erased has none."""

    __tablename__ = "search_document"

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)


class SearchTerm(Base):
    """A word that a party is found by: by its beginning if a name, whole if a number."""

    __tablename__ = "search_term"
    __table_args__ = (Index(None, "party", "term"), {"sqlite_with_rowid": False})

    term: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(
        ForeignKey("search_document.party", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[TermSource] = mapped_column(code(TermSource, "source"), primary_key=True)


class SearchSpelling(Base):
    """A word of some name, under each of its variants with a letter left out, and its term."""

    __tablename__ = "search_spelling"
    __table_args__ = (Index(None, "term"), {"sqlite_with_rowid": False})

    variant: Mapped[str] = mapped_column(SortableText, primary_key=True)
    word: Mapped[str] = mapped_column(SortableText, primary_key=True)
    term: Mapped[str] = mapped_column(SortableText)
