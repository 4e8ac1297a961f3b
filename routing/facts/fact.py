"""The base of all facts."""

from dataclasses import dataclass
from datetime import datetime

from routing.ids import FactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The base of all facts: `id` is unique and stable over repetition, `at` is aware UTC."""

    id: FactId
    at: datetime
