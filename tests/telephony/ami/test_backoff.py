"""The waiting times between tries."""

from __future__ import annotations

from telephony.ami.backoff import Backoff
from telephony.ami.options import AmiOptions


def test_it_doubles_up_to_the_cap_and_starts_anew_after_a_reset() -> None:
    backoff = Backoff(first=0.5, cap=3.0)
    assert [backoff.next_delay() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    backoff.reset()
    assert backoff.next_delay() == 0.5


def test_p11_a_wrong_password_makes_at_most_ten_logins_in_ten_minutes() -> None:
    options = AmiOptions(node="n", username="u", secret="s")
    backoff = Backoff(first=options.refused_first, cap=options.refused_cap)
    now, logins = 0.0, 0
    while now < 600:
        logins += 1
        now += backoff.next_delay()
    assert logins <= 10
    assert options.refused_cap <= 60


def test_an_unreachable_peer_is_asked_again_within_five_seconds() -> None:
    assert AmiOptions(node="n", username="u", secret="s").retry_cap < 5


def test_the_secret_is_not_printed() -> None:
    assert "hidden" not in repr(AmiOptions(node="n", username="u", secret="hidden"))
