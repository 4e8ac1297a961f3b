"""The upgrade fills the search with the parties that were there before it."""

from datetime import UTC, datetime

from sqlalchemy import text

from crm_core.database import Database, downgrade, sync_engine, upgrade
from crm_core.search import find

PARTY = """
INSERT INTO party (id, kind, display_name, status, status_since, tier, language, vip,
                   created_at, updated_at, row_version)
VALUES (:id, 'organisation', :name, 'active', :now, 'C', 'ru', false, :now, :now, 1)
"""
FIRM = """
INSERT INTO organisation (party, legal_name, registration_number)
VALUES ('p1', 'ООО «Север-Трейд»', '77-01234567')
"""


async def test_parties_from_before_are_found_after_the_upgrade(empty_url: str) -> None:
    upgrade(empty_url, revision="0005")
    engine = sync_engine(empty_url)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with engine.begin() as connection:
        for party, name in (("p1", "Полюс"), ("p2", "Полюсов Пётр")):
            connection.execute(text(PARTY), {"id": party, "name": name, "now": now})
        connection.execute(text(FIRM))
    upgrade(empty_url)
    db = Database(empty_url)
    async with db.reading() as session:
        for typed, names in (
            ("polius", ["Полюс", "Полюсов Пётр"]),
            ("трейт", ["Полюс"]),
            ("7701234567", ["Полюс"]),
        ):
            found = await find(session, typed, 5, region="RU")
            assert [one.name for one in found.items] == names, typed
    await db.close()
    downgrade(empty_url, revision="0005")
    with engine.begin() as connection:
        before = set(connection.scalars(text("SELECT token FROM party_name_token")))
    engine.dispose()
    assert {"полюс", "север", "петр"} <= before
