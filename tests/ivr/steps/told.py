"""What may happen after an act, drawn or at once."""

from datetime import UTC, date, datetime
from typing import assert_never

from hypothesis import strategies as st

from crm_core.money import Money
from crm_core.selfservice.answers import (
    Answer,
    AnswerKind,
    BranchItem,
    DebtItem,
    Item,
    Service,
)
from ivr.steps.acts import (
    Act,
    Answered,
    Ask,
    AskHours,
    CheckPin,
    ChoosePin,
    Done,
    End,
    FindClient,
    Found,
    Gone,
    Happened,
    Heard,
    HoursTold,
    KeepAnswer,
    Keyed,
    PinChecked,
    PinChosen,
    Query,
    Recorded,
    Silent,
    TakeMessage,
    Tell,
)
from routing.ids import PartyId

KEYS = "0123456789*#"
PARTY = PartyId("p1")


def debt(*, overdue: int = 0) -> DebtItem:
    """A loan; `overdue` is in minor units."""
    return DebtItem(
        last4="5512",
        owed=Money(500_000, "RUB"),
        overdue=Money(overdue, "RUB"),
        days_past_due=9 if overdue else 0,
        next_due_on=date(2026, 12, 3),
        next_due=Money(7_000, "RUB"),
    )


def found(service: Service, *items: Item) -> Answered:
    """The bank's answer."""
    kind = AnswerKind.FOUND if items else AnswerKind.NONE
    as_of = datetime(2026, 11, 24, tzinfo=UTC)
    return Answered(answer=Answer(service=service, kind=kind, items=items, as_of=as_of))


def happens(act: Act) -> st.SearchStrategy[Happened]:
    """Whatever may come back of an act, hang-up apart."""
    match act:
        case Tell(keys=keys):
            return st.sampled_from(["", "", *keys]).map(lambda key: Heard(key=key))
        case Ask():
            return st.one_of(st.just(Silent()), _entries(act).map(lambda one: Keyed(digits=one)))
        case FindClient():
            return st.sampled_from(("card", "client_number")).map(lambda by: Found(by=by))
        case CheckPin():
            return st.sampled_from(
                (PinChecked(party=PARTY, level=2), PinChecked(more=True), PinChecked())
            )
        case ChoosePin():
            return st.builds(PinChosen, done=st.booleans(), weak=st.booleans())
        case Query(service=service):
            return st.sampled_from(tuple(AnswerKind)).map(lambda kind: _answered(service, kind))
        case AskHours():
            return st.builds(HoursTold, open=st.booleans())
        case KeepAnswer():
            return st.just(Done())
        case TakeMessage():
            return st.sampled_from((Recorded(name="m1"), Recorded()))
        case End():
            return st.just(Gone())
    assert_never(act)


def _entries(act: Ask) -> st.SearchStrategy[str]:
    alphabet = [key for key in KEYS if key not in act.ends]
    entries = st.text(st.sampled_from(alphabet), min_size=1, max_size=act.most)
    return st.one_of(entries, st.sampled_from(act.ends)) if act.ends else entries


def _answered(service: Service, kind: AnswerKind) -> Answered:
    item: Item = (
        BranchItem(code="b", names=(("", "Central"),), address=(("", "1 Mira Street"),))
        if service is Service.BRANCHES
        else debt(overdue=100)
    )
    items = (item, item) if kind is AnswerKind.FOUND else ()
    return Answered(answer=Answer(service=service, kind=kind, items=items))
