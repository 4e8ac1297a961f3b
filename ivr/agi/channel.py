"""A caller's channel as a session sees it: tell, ask, record, set a variable.

That we are dead Asterisk notices at once while it plays or listens, but not while it records. That
we are there and silent, as a frozen process is, it never notices by itself: the dialplan has a
hang-up at hand that leads the caller to the queue (`tellerline-ivr`), and we put it off whenever
the next command might outlast it. So sounds come in short pieces, and listening and recording are
done in slices.

Every digit that a caller presses is a secret here: none is logged, and none stands in an exception.
"""

from collections.abc import Sequence
from math import inf

from asterisk.agi import AGIAppError, AGIHangup

from ivr.agi.commands import Talk
from ivr.agi.errors import ChannelLost, HungUp
from ivr.agi.protocol import Connection
from routing.ids import FlowId

KEYS = "0123456789*#"
SLICE_MS = 2_000
"""The longest that Asterisk listens for one command, in milliseconds."""

LONGEST_PIECE = 5
"""Seconds; the house's own sounds come in pieces of half of that."""

SILENT = 5
"""Seconds of our silence, beyond what a command takes, in which Asterisk waits for us."""

SPARE = 4
"""Seconds more, so that not every command needs another before it."""

LONGEST_RECORDING = 300
"""Seconds."""
RECORDED_MS = 2_500
"""The longest that Asterisk records for one command, in milliseconds."""
HUSH = 2
"""Seconds of silence that end a slice of a recording."""
HUSHED = 2
"""Silent slices in a row that end a recording."""
_SPOKEN = 8_000 * 3 // 2
"""Samples. Of a slice that silence ended Asterisk keeps a second of it."""


class Secret(str):
    """Digits that no repr shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Channel:
    """One at a time may speak. Everything raises `HungUp` once the caller has hung up, and
    `ChannelLost` when nothing can be said any more."""

    __slots__ = ("_connection", "_led_away_at")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._led_away_at = -inf
        """When Asterisk thinks us dead; by our clock."""

    @property
    def flow(self) -> FlowId:
        """The flow that Asterisk asks for; not yet known to be one of ours."""
        return self._connection.request.flow

    @property
    def unique_id(self) -> str:
        """The channel's id, as every other part of the house knows it."""
        return self._connection.request.unique_id

    @property
    def language(self) -> str:
        return self._connection.request.language

    @property
    def caller_number(self) -> str | None:
        """As it was shown to us, in any spelling."""
        return self._connection.request.caller_number

    @property
    def dialled(self) -> str | None:
        return self._connection.request.dialled

    @property
    def hung_up(self) -> bool:
        """Whether the caller is known to have gone."""
        return self._connection.hung_up

    async def tell(self, sounds: Sequence[str], keys: str = "") -> str:
        """Play files in order until one of `keys` is pressed; the key, or nothing."""
        return await self._connection.talk(self._tell(sounds, keys))

    async def ask(
        self,
        sounds: Sequence[str],
        *,
        most: int = 1,
        ends: str = "",
        seconds: float = 5,
        secret: bool = False,
    ) -> str | None:
        """Play files and take up to `most` digits; the first stops the files, also within a word.

        A key of `ends` finishes them and is not part of them; alone it is given as it is. So do
        `seconds` without a key, after the files or after a digit. None if no key came. With
        `secret`, no repr of the answer shows it.
        """
        digits = await self._connection.talk(self._ask(sounds, most, ends, seconds))
        return Secret(digits) if digits and secret else digits

    async def record(self, file: str, seconds: int) -> bool:
        """Record him after a tone, into `file`-0.wav, `file`-1.wav and so on, on Asterisk's
        machine, until he presses #, is silent, or so many seconds have passed; whether he said
        anything. Most hang up when they have: that is told by whatever comes next, and only who
        said nothing in the slices before the last is told of by `HungUp` at once. A channel that is
        lost meanwhile is told of so, too."""
        spoken: list[bool] = []
        try:
            talk = self._record(file, min(seconds, LONGEST_RECORDING), spoken)
            await self._connection.talk(talk)
        except (HungUp, ChannelLost):
            if not any(spoken):
                raise
        return any(spoken)

    async def set_variable(self, name: str, value: str) -> None:
        """Set a variable of his channel. Raises Unsendable for a value with a line break."""
        agi = self._connection.agi
        await self._connection.talk(agi.do(agi.set_variable, name, value))

    async def variable(self, name: str) -> str:
        """A variable of his channel, empty if there is none. What a caller chose is in some."""
        agi = self._connection.agi
        return str(await self._connection.talk(agi.do(agi.get_variable, name)))

    # ── Talks ───────────────────────────────────────────────────────────────────────────────

    def _tell(self, sounds: Sequence[str], keys: str) -> Talk[str]:
        agi = self._connection.agi
        for sound in sounds:
            if self._is_due(LONGEST_PIECE):
                yield from self._put_off(LONGEST_PIECE)
            try:
                reply = yield agi.says(agi.stream_file, sound, keys)
                key = _key(agi.reads(reply, agi.stream_file, sound, keys))
            except AGIHangup:
                raise
            except AGIAppError:
                # He has gone, and HANGUP comes before the next reply; or there is no such file.
                # Prompts are checked when they are built: a hole in a sentence is better than a
                # call that ends.
                key = ""
                yield from agi.do(agi.noop)
            if key:
                return key
        return ""

    def _ask(self, sounds: Sequence[str], most: int, ends: str, seconds: float) -> Talk[str | None]:
        digits = ""
        key = (yield from self._tell(sounds, KEYS)) or (yield from self._listen(seconds))
        while key and key not in ends:
            digits += key
            if len(digits) >= most:
                return digits
            key = yield from self._listen(seconds)
        return digits or key or None

    def _listen(self, seconds: float) -> Talk[str]:
        """The next key, or nothing."""
        agi = self._connection.agi
        left = round(seconds * 1_000)
        while left > 0:
            slice_ms = min(left, SLICE_MS)
            if self._is_due(SLICE_MS // 1_000):
                yield from self._put_off(SLICE_MS // 1_000)
            if key := _key((yield from agi.do(agi.wait_for_digit, slice_ms))):
                return key
            left -= slice_ms
        return ""

    def _record(self, file: str, seconds: int, spoken: list[bool]) -> Talk[None]:
        """Adds to `spoken` for each slice whether he said anything in it."""
        agi = self._connection.agi
        for begins in range(0, seconds * 1_000, RECORDED_MS):
            limit_ms = min(RECORDED_MS, seconds * 1_000 - begins)
            if self._is_due(LONGEST_PIECE):
                yield from self._put_off(LONGEST_PIECE)
            name = f"{file}-{len(spoken)}"
            try:
                samples, by_key = yield from agi.do(
                    agi.record_file, name, "wav", "#", limit_ms, HUSH, not spoken
                )
            except AGIHangup:
                raise
            except AGIAppError:
                # He has gone, and HANGUP comes before the next reply; or nothing can be written.
                yield from agi.do(agi.noop)
                raise
            spoken.append(samples > _SPOKEN)
            if by_key or spoken[-HUSHED:] == [False] * HUSHED:
                return

    def _is_due(self, seconds: int) -> bool:
        """Whether Asterisk might think us dead while a command takes so long, or right after it."""
        return self._led_away_at < self._connection.now + seconds + SILENT

    def _put_off(self, seconds: int) -> Talk[None]:
        """Let the next command take so long, and us be silent after it."""
        agi, wait = self._connection.agi, seconds + SILENT + SPARE
        self._led_away_at = self._connection.now + wait
        yield from agi.do(agi.set_autohangup, wait)


def _key(pressed: str) -> str:
    """A key of a telephone, or nothing: there are tones from A to D, too."""
    return pressed if pressed in KEYS else ""
