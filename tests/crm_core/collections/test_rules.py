"""Pure rules: strategies, score, course of a case, proof; and the file that they come from."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.collecting import read_collection_rules
from config.settings import SettingsInvalid
from crm_core.bank.terms import DelinquencyRange
from crm_core.collections.proof import Payment, Promised, decided, shares
from crm_core.collections.review import Course, Overdue, WorkedCase, course
from crm_core.collections.score import HIGHEST, ScoreFactor, score
from crm_core.collections.states import CaseEvent, CaseState, PromiseEvent
from crm_core.collections.strategy import next_step
from crm_core.models import PartyKind
from crm_core.money import Money
from crm_core.worktime.hours import Interval, WorkCalendar
from tests.crm_core.bank.offers import TODAY
from tests.crm_core.collections.debtors import DAY, RULES

SHIPPED = Path(__file__).parents[3] / "config" / "collections.yaml"
PERSONS = RULES.strategies[-1]
HOURS = (Interval(starts=540, ends=1080),)
WEEK = WorkCalendar(zone=ZoneInfo("UTC"), week=(*[HOURS] * 5, (), ()))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_strategy_is_chosen_by_kind_and_tier() -> None:
    def chosen(kind: PartyKind, tier: str) -> str:
        return RULES.strategy_for(kind, tier).code

    assert chosen(PartyKind.ORGANISATION, "A") == "key_clients"
    assert chosen(PartyKind.ORGANISATION, "C") == "organisations"
    assert chosen(PartyKind.PERSON, "dormant") == "persons"


@pytest.mark.parametrize(
    ("dpd", "score_", "done", "code", "due_on"),
    [
        (1, 10, (), "reminder_message", TODAY),
        (1, 40, (), "first_call", TODAY + 3 * DAY),
        (3, 10, ("reminder_message",), "first_call", TODAY + DAY),
        (35, 40, (), "negotiation_call", TODAY - 4 * DAY),
        (50, 40, ("negotiation_call",), "restructuring_offer", TODAY + 11 * DAY),
        (50, 50, ("negotiation_call",), "warning_letter", TODAY - 4 * DAY),
        (95, 60, ("court_claim",), None, None),
    ],
)
def test_the_latest_step_that_is_due_comes_next(
    dpd: int, score_: int, done: tuple[str, ...], code: str | None, due_on: date | None
) -> None:
    found = next_step(PERSONS, dpd=dpd, score=score_, done=done, on=TODAY)
    assert (found.step.code if found.step else None, found.due_on) == (code, due_on)


@given(st.dictionaries(st.sampled_from(list(ScoreFactor)), st.integers(0, 2_000)))
def test_a_score_is_the_sum_of_what_it_shows(figures: dict[ScoreFactor, int]) -> None:
    found = score(RULES.score, figures)
    assert found.value == max(0, min(HIGHEST, sum(one.points for one in found.factors)))
    assert {one.factor for one in found.factors} <= figures.keys()
    assert all(one.points for one in found.factors)


def after(case: WorkedCase, overdue: int, on: date = TODAY) -> Course:
    amount, band = Money(overdue, "RUB"), DelinquencyRange.D1_30
    items = [Overdue(agreement="a", dpd=1 if overdue else 0, range=band, overdue=amount)]
    return course(case, items, on=on, cure_days=3, calendar=WEEK)


def test_a_weekend_does_not_cure() -> None:
    friday = TODAY + 4 * DAY
    case = WorkedCase(state=CaseState.ASSIGNED, zero_on=friday)
    assert after(case, 0, friday + 3 * DAY).moves == ()
    cured = (CaseEvent.CURE, CaseEvent.CLOSE)
    assert after(case, 0, friday + 4 * DAY) == Course(moves=cured, zero_on=friday)


def test_new_arrears_begin_the_count_anew() -> None:
    case = WorkedCase(state=CaseState.ASSIGNED, zero_on=TODAY - DAY)
    assert after(case, 1) == Course(moves=(), zero_on=None)
    again = WorkedCase(state=CaseState.ASSIGNED)
    assert after(again, 0) == Course(moves=(), zero_on=TODAY)


def test_a_paused_case_is_resumed_before_it_is_cured() -> None:
    case = WorkedCase(
        state=CaseState.PAUSED,
        paused_in=CaseState.LEGAL,
        pause_ends_on=TODAY + 50 * DAY,
        zero_on=TODAY - 10 * DAY,
    )
    assert after(case, 0).moves == (CaseEvent.RESUME_LEGAL, CaseEvent.CURE)
    assert after(case, 5).moves == ()


AMOUNTS = st.integers(1, 5_000)


@st.composite
def promises(draw: st.DrawFn) -> list[Promised]:
    made = []
    for n in range(draw(st.integers(1, 4))):
        amount, due_on = draw(AMOUNTS), TODAY + draw(st.integers(0, 14)) * DAY
        made.append(
            Promised(
                promise=f"p{n}",
                amount=amount,
                missing=draw(st.integers(0, amount)),
                threshold_pct=90,
                taken_at=NOON + timedelta(minutes=draw(st.integers(-60, 60))),
                taken_on=TODAY,
                due_on=due_on,
                last_on=due_on + 2 * DAY,
            )
        )
    return made


@st.composite
def payments(draw: st.DrawFn) -> list[Payment]:
    return [
        Payment(
            entry=f"e{n}",
            free=draw(AMOUNTS),
            value_on=TODAY + draw(st.integers(-2, 18)) * DAY,
            booked_at=NOON + timedelta(minutes=draw(st.integers(-90, 90))),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


@given(promises(), payments())
def test_payments_are_shared_out_exactly_and_first_in_first_out(
    due: list[Promised], came: list[Payment]
) -> None:
    found = shares(due, came)
    for payment in came:
        spent = sum(one.amount for one in found if one.entry == payment.entry)
        assert spent <= payment.free
        for promise in due:
            if promise.counts(payment) and spent < payment.free:
                got = sum(one.amount for one in found if one.promise == promise.promise)
                assert got == promise.missing, "nothing is left over while a promise misses it"
    for promise in due:
        mine = [one for one in found if one.promise == promise.promise]
        assert sum(one.amount for one in mine) <= promise.missing
        assert all(promise.counts(next(p for p in came if p.entry == one.entry)) for one in mine)
    assert shares(reversed(due), reversed(came)) == found, "whatever the order of the query"


@given(promises(), st.integers(0, 20))
def test_a_promise_is_decided_once_and_by_its_day(due: list[Promised], days: int) -> None:
    on = TODAY + days * DAY
    for promise in due:
        event = decided(promise, on=on)
        if event is None:
            assert on < promise.last_on and promise.missing
        enough = 100 * promise.kept >= 90 * promise.amount
        if event is PromiseEvent.KEEP:
            assert enough
        if event is PromiseEvent.BREAK:
            assert not enough and on >= promise.last_on


WRONG = (
    ("cure_days: 3 ", "cure_days: 0 ", "cure_days"),
    ("max_days: 14 ", "max_days: many ", "promises.max_days"),
    (
        "stage: legal, channel: none, norm_days: 5",
        "stage: jail, channel: none, norm_days: 5",
        "jail",
    ),
    ("code: first_call, at_dpd: 4", "code: first_call, at_dpd: 1", "ascending"),
    ("code: first_call, at_dpd: 4", "code: promise_broken, at_dpd: 4", "after a broken promise"),
    ("code: promise_call,", "code: first_call,", "stands twice"),
    ("channel: visit", "channel: pigeon", "channel"),
    ("kinds: [organisation]", "kinds: [robot]", "kinds"),
    ("    dpd: {1: 10", "    mood: {1: 10", "mood"),
)


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG)
def test_an_error_in_the_file_is_told_with_its_line(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    text = SHIPPED.read_text("utf-8")
    assert right in text
    line = text[: text.index(right)].count("\n") + 1
    (tmp_path / "collections.yaml").write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        read_collection_rules(tmp_path)
    errors = caught.value.args[0] if caught.value.args else str(caught.value)
    assert told in str(errors)
    assert f"collections.yaml:{line}:" in str(errors)


def test_the_last_strategy_must_suit_everybody(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8").replace(
        "  - code: persons", "  - kinds: [person]\n    code: persons"
    )
    (tmp_path / "collections.yaml").write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid, match="suit everybody"):
        read_collection_rules(tmp_path)
