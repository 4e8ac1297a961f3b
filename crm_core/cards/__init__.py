"""Call cards: what is written of each call, by the journal and by the agent.

`projection` drains the routing journal into SQL, `filling` is the agent's part, `reading` is how
screens and the API see cards. A card's two writers share no column; see `crm_core.models.calls`.
"""

from crm_core.cards.card import (
    Card,
    CardClosed,
    CardFilters,
    CardIncomplete,
    CardNotYours,
    CardSummary,
    CardUnknown,
    DraftStale,
    FieldError,
    Page,
    UnfinishedCard,
)
from crm_core.cards.filling import choose_party, complete, save_draft
from crm_core.cards.journal import JournalEntry, JournalReader
from crm_core.cards.projection import CardProjection, ProjectionCounts, ProjectionOptions
from crm_core.cards.reading import card, cards, timeline, unfinished

__all__ = [
    "Card",
    "CardClosed",
    "CardFilters",
    "CardIncomplete",
    "CardNotYours",
    "CardProjection",
    "CardSummary",
    "CardUnknown",
    "DraftStale",
    "FieldError",
    "JournalEntry",
    "JournalReader",
    "Page",
    "ProjectionCounts",
    "ProjectionOptions",
    "UnfinishedCard",
    "card",
    "cards",
    "choose_party",
    "complete",
    "save_draft",
    "timeline",
    "unfinished",
]
