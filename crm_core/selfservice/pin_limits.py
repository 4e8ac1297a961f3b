"""How often a PIN or a code may be tried, and under whose name tries are counted.

Five wrong PINs within a day lock an account, and likewise a telephone number, until a day after the
last of them; a call ends at three. Whoever withholds his number shares one count with all who do so
on his node: it never locks, or one of them would shut out the rest, but it slows down to one try in
three minutes, so that guessing without a number stays hopeless.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import throttling
from crm_core.keyed import Keyed
from crm_core.models import PinThrottle
from crm_core.selfservice.clients import Account, party_subject
from crm_core.throttling import Doubling, Limit
from routing.ids import CallId, PartyId

DAY_S = 86_400.0
MOST_A_CALL = 3
MOST_A_DAY = 5
BEARABLE_S = 2.0
"""A delay that passes while a caller is told that his PIN was wrong and keys another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The delay after each failure in seconds, the last one after all further ones."""

    delays: tuple[float, ...]
    forgotten_after_s: float = DAY_S

    def delay_s(self, failures: int) -> float:
        """How long nothing is checked after so many failures."""
        return self.delays[min(failures, len(self.delays) - 1)]


A_DAY = Steps(delays=(0, 0.5, 1, 60, 300, DAY_S))
"""Of an account and of a caller's number: growing, and the rest of a day after `MOST_A_DAY`."""
A_CALL = Steps(delays=(*(0,) * MOST_A_CALL, DAY_S))
WITHHELD = Doubling(free=40, first_delay_s=1, longest_delay_s=180, forgotten_after_s=DAY_S)


class Use(StrEnum):
    """What is tried; each is counted apart, so that who forgot his PIN can redeem a code."""

    PIN = "pin"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Under which names a try counts, hidden as they are stored."""

    account: str
    caller: str
    call: str
    withheld: bool

    @classmethod
    def of(
        cls, keyed: Keyed, account: Account, *, caller: str | None, call: CallId, use: Use
    ) -> "Subjects":
        node = call.rpartition("-")[0]
        who = f"withheld:{node}" if caller is None else f"caller:{caller}"
        return cls(
            account=account_subject(keyed, account.subject, use),
            caller=keyed.hidden(f"{use}:{who}"),
            call=keyed.hidden(f"{use}:call:{call}"),
            withheld=caller is None,
        )

    @property
    def limits(self) -> dict[str, Limit]:
        """What counts for each."""
        caller = WITHHELD if self.withheld else A_DAY
        return {self.account: A_DAY, self.caller: caller, self.call: A_CALL}


def account_subject(keyed: Keyed, subject: str, use: Use) -> str:
    """Under which name an account's tries count."""
    return keyed.hidden(f"{use}:account:{subject}")


async def clear(session: AsyncSession, keyed: Keyed, party: PartyId) -> None:
    """Nothing wrong was tried of the party's account: it is to have another PIN."""
    for use in Use:
        subject = account_subject(keyed, party_subject(party), use)
        await throttling.clear(session, PinThrottle, subject)
