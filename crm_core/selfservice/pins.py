"""Proving who calls by a PIN, and setting one by a one-time code.

A try counts before it is looked at, for the account, for the caller's number and for the call
(`pin_limits`), and is taken back if it was right. An account that means nobody is treated alike:
the same statements, the same hashing, the same answer. What is tried too soon is as wrong as a
wrong PIN; nobody is told which it was. Digits stand in no log, audit, error or row.
"""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import throttling
from crm_core.audit import Action, Subject, record
from crm_core.bank.terms import VerificationLevel
from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.models import PinLockout, PinThrottle, TelephonePin
from crm_core.selfservice.clients import Account
from crm_core.selfservice.damper import Damper, not_counted
from crm_core.selfservice.pin_hashes import Hashed, PinHashes, code_row, pin_row
from crm_core.selfservice.pin_limits import BEARABLE_S, MOST_A_DAY, Subjects, Use, clear
from crm_core.selfservice.pin_rules import is_pin, is_weak
from crm_core.selfservice.pin_states import PinState
from crm_core.selfservice.redeeming import BY_CALLER, Redeemed, redeem, tried_code, wrong_code
from crm_core.throttling import Counted
from routing.ids import CallId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PinOutcome:
    """What came of a try: the party if the PIN was right, and whether another try can succeed."""

    party: PartyId | None = None
    level: VerificationLevel = VerificationLevel.NONE
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChoice:
    """Whether the new PIN holds. `weak` tells that it must be another one; it says nothing of the
    account unless the code was right."""

    done: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """A try that was counted, and what it is to be compared with."""

    subjects: Subjects
    counted: Counted
    call: CallId
    hashed: Hashed | None = field(default=None, repr=False)

    @property
    def too_soon(self) -> bool:
        return self.counted.wait_s > 0

    @property
    def more(self) -> bool:
        """Whether the next try would be looked at, if it comes in a few seconds."""
        limits = self.subjects.limits
        if self.counted.wait_s > BEARABLE_S:
            return False
        failures = self.counted.failures.items()
        return all(limits[one].delay_s(n) <= BEARABLE_S for one, n in failures)


class Pins:
    """Checks and sets PINs of callers. `counts` are tries by what came of them, for metrics."""

    def __init__(self, db: Database, hashes: PinHashes) -> None:
        self._db = db
        self._hashes = hashes
        self._damper = Damper()
        self.counts = Counter(right=0, wrong=0, too_soon=0, locked=0)

    async def check(
        self, account: Account, pin: str, *, caller: str | None, call: CallId
    ) -> PinOutcome:
        """Try a PIN. `caller` is his number in E.164, None if he shows none. Raises StorageAway."""
        tried = await self._begin(account, caller, call)
        right = await self._hashes.matches(pin, pin_row(account.party), tried.hashed)
        if right and account.party is not None:
            await self._accept(account.party, pin, tried)
            return PinOutcome(party=account.party, level=VerificationLevel.KNOWLEDGE)
        if not tried.too_soon:
            await self._refuse(account, tried)
        self.counts["too_soon" if tried.too_soon else "wrong"] += 1
        return PinOutcome(more=tried.more)

    async def choose(
        self, account: Account, code: str, pin: str, *, caller: str | None, call: CallId
    ) -> PinChoice:
        """Set a PIN by a one-time code. Raises StorageAway."""
        if not is_pin(pin) or is_weak(pin):
            return PinChoice(weak=True)
        async with self._db.unit_of_work() as session:
            subjects = self._subjects(account, caller, call, Use.CODE)
            counted = await self._count(session, subjects)
            party = None if counted.wait_s > 0 else account.party
            request, hashed = await tried_code(session, party)
        right = await self._hashes.matches(code, code_row(request), hashed)
        fresh = await self._hashes.of(pin, pin_row(account.party))
        async with self._db.unit_of_work() as session:
            if not right or account.party is None:
                await wrong_code(session, account.party, request, call)
                return PinChoice()
            redeemed = await redeem(session, account.party, request, pin, fresh, call)
            if redeemed is not Redeemed.LOST:
                await self._take_back(session, subjects, counted)
            if redeemed is Redeemed.DONE:
                await clear(session, self._hashes.keyed, account.party)
                self._damper.forget(self._subjects(account, caller, call, Use.PIN).limits)
        return PinChoice(done=redeemed is Redeemed.DONE, weak=redeemed is Redeemed.PERSONAL)

    async def _begin(self, account: Account, caller: str | None, call: CallId) -> _Try:
        subjects, now = self._subjects(account, caller, call, Use.PIN), self._db.clock.now()
        if self._damper.waits(subjects.limits, now):
            return _Try(subjects=subjects, counted=not_counted(now), call=call)
        row = TelephonePin
        held = select(row.hash, row.key).where(
            row.party == (account.party or ""), row.state == PinState.ACTIVE
        )
        async with self._db.unit_of_work() as session:
            counted = await self._count(session, subjects)
            found = (await session.execute(held)).first()
        self._damper.remember(subjects.limits, counted)
        checked = found is not None and counted.wait_s <= 0
        hashed = Hashed(hash=found.hash, key=found.key) if found and checked else None
        return _Try(subjects=subjects, counted=counted, call=call, hashed=hashed)

    async def _accept(self, party: PartyId, pin: str, tried: _Try) -> None:
        self.counts["right"] += 1
        old = tried.hashed is not None and tried.hashed.key != self._hashes.keyed.current
        fresh = await self._hashes.of(pin, pin_row(party)) if old else None
        async with self._db.unit_of_work() as session:
            await self._take_back(session, tried.subjects, tried.counted)
            if fresh is not None and tried.hashed is not None:
                row = TelephonePin
                same = row.party == party, row.hash == tried.hashed.hash
                moved = update(row).where(*same).values(hash=fresh.hash, key=fresh.key)
                await session.execute(moved)
            await _audit(session, Action.PIN_ACCEPTED, party, tried.call)

    async def _refuse(self, account: Account, tried: _Try) -> None:
        locked = tried.counted.failures[tried.subjects.account] >= MOST_A_DAY
        self.counts["locked"] += locked
        async with self._db.unit_of_work() as session:
            if locked:
                row = {"party": account.party, "call": tried.call, "at": moment(session)}
                await session.execute(insert(PinLockout).values(id=new_id(), **row))
            await _audit(session, Action.PIN_WRONG, account.party, tried.call, locked=locked)

    async def _count(self, session: AsyncSession, subjects: Subjects) -> Counted:
        limits, now = subjects.limits, moment(session)
        return await throttling.count(
            session, PinThrottle, limits, now=now, always=(subjects.call,)
        )

    async def _take_back(self, session: AsyncSession, subjects: Subjects, counted: Counted) -> None:
        self._damper.forget(subjects.limits)
        for one in sorted(subjects.limits):
            await throttling.take_back(session, PinThrottle, one, counted=counted)

    def _subjects(self, account: Account, caller: str | None, call: CallId, use: Use) -> Subjects:
        keyed = self._hashes.keyed
        return Subjects.of(keyed, account, caller=caller, call=call, use=use)


async def _audit(
    session: AsyncSession,
    action: Action,
    party: PartyId | None,
    call: CallId,
    *,
    locked: bool = False,
) -> None:
    subject = Subject(kind="party", id=party or "unknown")
    detail = {"locked": "yes" if locked else "no"} if action is Action.PIN_WRONG else {}
    await record(
        session, action, actor=BY_CALLER, subject=subject, reason=f"call:{call}", detail=detail
    )
