"""Needs meet products by the rules: which, in what order, why, and not again too soon."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.terms import AgreementKind
from crm_core.catalogue import Entry
from crm_core.interests.matching import (
    Answered,
    ClientFacts,
    OfferRule,
    OfferRules,
    Why,
    matches,
)
from crm_core.interests.states import (
    DEAL_MOVES,
    INTEREST_MOVES,
    DealMove,
    DealStage,
    InterestState,
    OfferOutcome,
)
from crm_core.models import PartyKind
from crm_core.states import after, can, final
from tests.crm_core.conftest import START

LOAN, DEPOSIT, CARD = AgreementKind.LOAN, AgreementKind.DEPOSIT, AgreementKind.CARD_ACCOUNT
RULES = OfferRules(
    needs={code: Entry(code, {"en": code}) for code in ("save", "buy", "pay")},
    rules=(
        OfferRule(need="save", product="savings", fit=80, lacks=frozenset({DEPOSIT})),
        OfferRule(need="save", product="bonds", fit=90, tiers=frozenset({"A"})),
        OfferRule(need="buy", product="cash", fit=70, not_overdue=True),
        OfferRule(need="buy", product="savings", fit=20),
        OfferRule(need="pay", product="gold", fit=60, has=frozenset({CARD})),
        OfferRule(need="pay", product="till", fit=95, kinds=frozenset({PartyKind.ORGANISATION})),
    ),
    quiet={outcome: timedelta(days=30) for outcome in OfferOutcome},
)


def client(tier: str = "C", *has: AgreementKind, overdue: bool = False) -> ClientFacts:
    return ClientFacts(kind=PartyKind.PERSON, tier=tier, has=frozenset(has), overdue=overdue)


def offered(who: ClientFacts, *needs: str, answered: tuple[Answered, ...] = ()) -> list[str]:
    found = matches(RULES, who, needs, answered=answered, now=START)
    return [one.product for one in found]


def test_the_best_fit_is_offered_first_and_each_product_once() -> None:
    assert offered(client("A", CARD), "save", "buy", "pay") == ["bonds", "savings", "cash", "gold"]
    (one,) = matches(RULES, client("C"), ["save"], answered=(), now=START)
    assert (one.need, one.fit, one.why) == ("save", 80, (Why.NEED, Why.LACKS))


def test_without_a_need_nothing_is_offered() -> None:
    assert offered(client()) == []


def test_a_condition_that_does_not_hold_keeps_the_offer_away() -> None:
    assert offered(client("C", DEPOSIT), "save") == []
    assert offered(client(overdue=True), "buy") == ["savings"]
    assert offered(client(), "pay") == []


def test_an_answer_keeps_the_same_offer_away_for_its_time() -> None:
    def said(days: int) -> tuple[Answered, ...]:
        until = START + timedelta(days=days)
        return (Answered(product="cash", outcome=OfferOutcome.DECLINES, quiet_until=until),)

    assert offered(client(), "buy", answered=said(1)) == ["savings"]
    assert offered(client(), "buy", answered=said(0)) == ["cash", "savings"]


FACTS = st.builds(
    ClientFacts,
    kind=st.sampled_from(PartyKind),
    tier=st.sampled_from("ABCD"),
    has=st.frozensets(st.sampled_from(AgreementKind)),
    overdue=st.booleans(),
)


@given(FACTS, st.lists(st.sampled_from(["save", "buy", "pay", "other"])), st.randoms())
def test_the_order_of_needs_and_rules_does_not_matter(who, needs, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(RULES.rules)
    chance.shuffle(shuffled)
    other = OfferRules(needs=RULES.needs, rules=tuple(shuffled), quiet=RULES.quiet)
    found = matches(RULES, who, needs, answered=(), now=START)
    assert found == matches(other, who, needs[::-1], answered=(), now=START)
    assert len({one.product for one in found}) == len(found)
    assert [one.fit for one in found] == sorted((one.fit for one in found), reverse=True)


@given(st.lists(st.sampled_from(DealMove), max_size=20))
def test_a_deal_is_won_only_after_it_was_proposed(moves: list[DealMove]) -> None:
    stage, proposed = DealStage.PREPARING, False
    for move in moves:
        if can(DEAL_MOVES, stage, move):
            stage, proposed = after(DEAL_MOVES, stage, move), proposed or move is DealMove.PROPOSE
    assert proposed or stage in (DealStage.PREPARING, DealStage.LOST)


def test_the_ends_of_interests_and_deals() -> None:
    assert final(DEAL_MOVES) == {DealStage.WON, DealStage.LOST}
    assert final(INTEREST_MOVES) == {InterestState.SERVED, InterestState.DROPPED}
