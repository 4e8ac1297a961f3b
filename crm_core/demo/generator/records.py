"""What the blocks of the generator hand to each other. Values only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm_core.corebank.entities import EntityName

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organisation as the core bank has it. `home` numbers the household.

    `client` tells it from guarantors, founders, leads and relatives; `revenue` is what the bank
    earns on it a year, in minor units of `currency`.
    """

    key: str
    organisation: bool = False
    name: str = ""
    legal_name: str = ""
    registration_number: str = ""
    family: str = ""
    given: str = ""
    middle: str = ""
    sex: str = ""
    born: date | None = None
    language: str
    status: str = "suspect"
    since: date
    tier: str = "suspect"
    vip: bool = False
    client: bool = False
    client_number: str = ""
    revenue: int = 0
    branch: str = ""
    home: int | None = None
    time_zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An agreement other than a loan."""

    key: str
    offer: str
    kind: str
    currency: str
    owner: str
    number: str
    opened: date
    closed: date | None = None
    branch: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one entity, with the columns that they have. Columns left out stay empty."""

    entity: EntityName
    columns: tuple[str, ...]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Extra:
    """Rows of a file that the contract has no entity for."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
