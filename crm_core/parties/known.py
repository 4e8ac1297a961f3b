"""What is known of a party when it calls: the facts that the panel's rules decide by. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_core.bank.holdings import CardHeld, Holding
from crm_core.bank.terms import AgreementRole, AgreementStatus, VerificationLevel
from crm_core.cards.card import CardSummary
from crm_core.models import PartyKind
from crm_core.parties.signals import Signal, SignalCode

FULL_AGE = 18
_OWN = frozenset({AgreementRole.OWNER, AgreementRole.CO_HOLDER})
Detail = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The facts. `contacts` are earlier calls, the newest first, without the one that runs;
    `on_call` tells that there is one, and `level` how sure it is who is on the line."""

    now: datetime
    kind: PartyKind
    birth_date: date | None
    holdings: tuple[Holding, ...]
    cards: tuple[CardHeld, ...]
    contacts: tuple[CardSummary, ...]
    signals: tuple[Signal, ...] = ()
    on_call: bool = False
    level: VerificationLevel = VerificationLevel.NONE

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def minor(self) -> bool:
        """Whether the party is a child today."""
        return self.kind is PartyKind.PERSON and is_minor(self.birth_date, self.today)

    def own(self) -> Iterator[Holding]:
        """Open agreements that are the party's own."""
        return (one for one in self._open() if one.role in _OWN)

    def guaranteed(self) -> Iterator[Holding]:
        """Open agreements of others that the party guarantees."""
        return (one for one in self._open() if one.role is AgreementRole.GUARANTOR)

    def told(self, code: SignalCode) -> Iterator[Signal]:
        """The signals of this code."""
        return (one for one in self.signals if one.code is code)

    def since(self, at: datetime) -> timedelta:
        """How long ago that was; never negative, for clocks differ."""
        return max(timedelta(), self.now - at)

    def until(self, day: date) -> int:
        """Days from today to the day; negative if it has passed."""
        return (day - self.today).days

    def _open(self) -> Iterator[Holding]:
        closed = (AgreementStatus.CLOSED, AgreementStatus.PENDING)
        return (one for one in self.holdings if one.status not in closed)


def is_minor(born: date | None, today: date) -> bool:
    """Whether who was born on that day, if it is known, is a child today."""
    if born is None:
        return False
    return born.year + FULL_AGE > today.year or (
        born.year + FULL_AGE == today.year and (born.month, born.day) > (today.month, today.day)
    )


def named(one: Holding) -> dict[str, str]:
    """How a text tells which agreement is meant: its kind as a code of the texts, and the last
    four characters of its number."""
    return {"agreement": f"agreement.kind.{one.kind}", "last4": one.last4}
