"""How everybody stood when a call was offered, told by the journal."""

from pathlib import Path

import pytest

from routing.ids import CallId
from routing.loop import FileJournal
from routing.loop.moments import CallStory, story
from routing.terms import PassedOver
from tests.routing.house import ANNA, BORIS, CLARA, DINA, Exchange, House


def written(house: House, folder: Path, *, break_after: int | None = None) -> Path:
    """The house's day as a journal, in two segments if it breaks."""
    journal = FileJournal(folder)
    journal.open_segment(None)
    again = House()
    for number, fact in enumerate(house.facts):
        if number == break_after:
            journal.open_segment(again.engine.dump())
        journal.append(fact, again.apply(fact))
    journal.close()
    return folder


def busy_house() -> House:
    """Anna has a break, Boris talks; a client of theirs reaches Clara, who has waited longest."""
    house = House().open(ANNA, BORIS, CLARA, DINA)
    exchange = Exchange(house)
    house.go_on_break(ANNA)
    house.arrive("first")
    exchange.answer()
    house.wait(5)
    house.arrive("second")
    return house


def stood(found: CallStory | None) -> dict[str, PassedOver | None]:
    assert found is not None
    return {one.agent: one.why for one in found.moments[0].agents}


@pytest.mark.parametrize("break_after", [None, 14])
def test_everybody_is_listed_with_what_kept_him(tmp_path: Path, break_after: int | None) -> None:
    journal = written(busy_house(), tmp_path, break_after=break_after)
    found = story(journal, CallId("second"))
    assert stood(found) == {
        ANNA: PassedOver.NOT_READY,
        BORIS: PassedOver.ON_CALL,
        CLARA: None,
        DINA: PassedOver.IDLE_SHORTER,
    }


def test_an_offer_is_told_with_its_end(tmp_path: Path) -> None:
    found = story(written(busy_house(), tmp_path), CallId("first"))
    assert found is not None
    assert [moment.offer.outcome for moment in found.moments] == ["answered"]


def test_a_call_that_nobody_wrote_down_has_no_story(tmp_path: Path) -> None:
    assert story(written(busy_house(), tmp_path), CallId("third")) is None
