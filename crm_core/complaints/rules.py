"""What complaints can be about, as data. Owns only the shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from crm_core.catalogue import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintTopic:
    """A topic, and how long after its registration such a complaint must be resolved."""

    entry: Entry
    norm: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRules:
    """The topics by code, in their order of showing."""

    topics: Mapping[str, ComplaintTopic]

    def name(self, code: str, language: str) -> str:
        """The topic's name; a code that is not there is its own name."""
        topic = self.topics.get(code)
        return topic.entry.name(language) if topic else code
