"""What a queue may expect: the mean of the same weekday, without days that tell nothing."""

from datetime import date
from zoneinfo import ZoneInfo

from crm_core.database import Database
from crm_core.staffing.forecast import Expected, forecast
from routing.ids import QueueId
from tests.agent_ui.web.staffing.test_pages import MONDAY, WEEK, card

MAIN = QueueId("main")
ZONE = ZoneInfo("Europe/Moscow")


async def test_the_mean_of_the_same_weekday(db: Database) -> None:
    nine = MONDAY.replace(hour=9, minute=31)
    async with db.unit_of_work() as session:
        session.add_all(card(n, nine, seconds=100) for n in range(3))
        session.add(card(3, nine + WEEK, seconds=300))
        session.add(card(4, nine + WEEK, seconds=None))
        session.add(card(5, nine + WEEK, seconds=900, queue="cards"))
    async with db.reading() as session:
        found = await forecast(session, MAIN, date(2026, 3, 16), zone=ZONE, weeks=3)
    assert found.intervals == (Expected(minute=12 * 60 + 30, calls=2.5, aht=150.0),)
    assert found.learned_from == (date(2026, 3, 9), date(2026, 3, 2))
    assert found.left_out == (date(2026, 2, 23),)


async def test_of_a_queue_nobody_called_nothing_is_expected(db: Database) -> None:
    async with db.reading() as session:
        found = await forecast(session, MAIN, date(2026, 3, 16), zone=ZONE, weeks=2)
    assert (found.intervals, found.learned_from) == ((), ())
