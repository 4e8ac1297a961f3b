"""Pulling from a bank that is asked: page by page, from where it ended, once."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from crm_core.corebank.names import EntityName
from crm_core.corebank.pulling import Changes, PullReport, pull
from crm_core.database import Database
from crm_core.models import Party, PartyStatus
from tests.crm_core.corebank.conftest import SEAL
from tests.crm_core.corebank.fake_bank import DAY, Row, client


@dataclass(slots=True)
class AskedBank:
    """Tells of its log of changes, two at a time; `breaks_at` is a question it does not answer."""

    log: list[Row | str]
    name: str = "abs"
    asked: list[str | None] = field(default_factory=list)
    breaks_at: int = 0

    async def changes(self, entity: EntityName, since: str | None, limit: int) -> Changes:
        self.asked.append(since)
        if len(self.asked) == self.breaks_at:
            raise TimeoutError
        at = int(since or 0)
        page, end = self.log[at : at + 2], min(at + 2, len(self.log))
        return Changes(
            business_date=DAY,
            things=[[one] for one in page if not isinstance(one, str)],
            gone=[one for one in page if isinstance(one, str)],
            cursor=str(end),
            more=end < len(self.log),
        )


async def pulled(db: Database, bank: AskedBank) -> PullReport:
    return await pull(db, bank, EntityName.PARTY, seal=SEAL, region="RU")


async def test_a_pull_goes_on_where_the_last_one_ended(db: Database) -> None:
    bank = AskedBank([client(f"c{n}") for n in range(5)])
    report = await pulled(db, bank)
    assert (report.pages, report.stored) == (3, 5)
    bank.log += [client("c9"), "c0"]
    report = await pulled(db, bank)
    assert (report.stored, report.ended) == (1, 1)
    assert bank.asked == [None, "2", "4", "5"]
    async with db.reading() as session:
        closed = select(Party.source_key).where(Party.status == PartyStatus.CLOSED)
        assert list(await session.scalars(closed)) == ["c0"]


async def test_a_pull_that_breaks_off_keeps_what_it_has_and_loses_nothing(db: Database) -> None:
    bank = AskedBank([client(f"c{n}") for n in range(5)], breaks_at=2)
    with pytest.raises(TimeoutError):
        await pulled(db, bank)
    report = await pulled(db, bank)
    assert report.stored == 3
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Party)) == 5


async def test_a_wrong_row_is_told_and_the_others_are_taken(db: Database) -> None:
    bank = AskedBank([client("c1"), client("c2", kind="ghost"), client("c1", family_name="Other")])
    report = await pulled(db, bank)
    assert report.stored == 1
    told = [(one.key, one.column, one.reason) for one in report.refused]
    assert told == [("c2", "kind", "code"), ("c1", "source_version", "version_conflict")]
