"""Who came from the bank is recognised at once, and who was erased does not come back."""

from sqlalchemy import select

from crm_core.database import Database
from crm_core.duplicates.finding import refresh
from crm_core.models import MatchKey, ParkedRow, Party, PartyPhone
from crm_core.parties.erasure import ErasureReason, erase
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, client, phone, role
from tests.crm_core.parties.test_erasure import everything


async def keys(db: Database) -> list[tuple[str, str]]:
    async with db.reading() as session:
        rows = await session.execute(select(MatchKey.party, MatchKey.key))
        return sorted((one.party, one.key) for one in rows)


async def test_the_keys_are_those_that_the_night_would_make(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    firm = {"kind": "organisation", "name": "Орион", "legal_name": "ООО «Орион»"}
    number = {"registration_number": "1027700132195"}
    named = {"given_name": "Анна Мария", "birth_date": "1987-02-03"}
    parties = [client(**named), client("c2", **firm, **number), client("c3", family_name="Ли")]
    await loading(bank.batch("party", parties))
    await loading(bank.batch("party_phone", [phone(), phone("p2", "c2")]))
    newer = client("c3", family_name="Ким", source_version="2")
    await loading(bank.batch("party", [newer]))
    made = await keys(db)
    async with db.unit_of_work() as session:
        await refresh(session, list(await session.scalars(select(Party.id))))
    assert made == await keys(db) and len(made) > 8


async def test_what_is_told_of_an_erased_party_is_refused(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client(), client("c2", family_name="Зайцева")]))
    async with db.unit_of_work() as session:
        erased = await session.scalar(select(Party.id).where(Party.source_key == "c1"))
        assert erased is not None
        await erase(session, erased, reason=ErasureReason.ASKED, by="admin")
    again = [client(family_name="Canary", source_version="2"), client("c2", source_version="2")]
    report = await loading(bank.batch("party", again))
    assert (report.stored, [one.reason for one in report.errors]) == (1, ["party_erased"])
    report = await loading(bank.batch("party_phone", [phone(), phone("p2", "c2")]))
    assert (report.stored, [one.reason for one in report.errors]) == (1, ["party_erased"])
    assert "Canary" not in await everything(db)
    async with db.reading() as session:
        assert erased not in set(await session.scalars(select(PartyPhone.party)))


async def test_what_waits_and_names_an_erased_party_goes(
    db: Database, bank: FakeBank, loading: Load
) -> None:
    await loading(bank.batch("party", [client(), client("c2")]))
    waiting = [role(), role("r2", party_key="c2", agreement_key="c1")]
    report = await loading(bank.batch("agreement_party", waiting))
    assert report.parked == 2
    async with db.unit_of_work() as session:
        party = await session.scalar(select(Party.id).where(Party.source_key == "c1"))
        assert party is not None
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
        assert list(await session.scalars(select(ParkedRow.key))) == ["r2"]
