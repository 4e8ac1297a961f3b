"""All parts of the bank that a timeline is made of: one table of sources and what they tell of."""

from collections.abc import Collection

from crm_core.applications import client as applications
from crm_core.bank import timeline as bank
from crm_core.cards import events as cards
from crm_core.collections import panel as collections
from crm_core.complaints import reading as complaints
from crm_core.duplicates import history as duplicates
from crm_core.interests import reading as interests
from crm_core.parties import attachments, consents, standing
from crm_core.parties.timeline import Source, TimelineKind
from crm_core.tasks import client as tasks

_K = TimelineKind
SOURCES: tuple[tuple[Source, Collection[TimelineKind]], ...] = (
    (cards.timeline_events, {_K.CALL}),
    (bank.payment_events, {_K.PAYMENT}),
    (bank.agreement_events, {_K.STATUS}),
    (bank.arrears_events, {_K.ARREARS}),
    (standing.timeline_events, {_K.STATUS}),
    (collections.timeline_events, {_K.CASE, _K.PROMISE}),
    (applications.timeline_events, {_K.APPLICATION}),
    (tasks.timeline_events, {_K.TASK}),
    (complaints.timeline_events, {_K.COMPLAINT}),
    (interests.timeline_events, {_K.INTEREST}),
    (consents.timeline_events, {_K.CONSENT}),
    (attachments.timeline_events, {_K.DOCUMENT}),
    (duplicates.timeline_events, {_K.PROFILE}),
)
KINDS = tuple(kind for kind in _K if any(kind in kinds for _source, kinds in SOURCES))
"""What a timeline can be filtered by."""
