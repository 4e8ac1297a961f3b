"""How fast one client may talk: a token bucket, pure."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Pace:
    """`rate` messages a second on average, `burst` at once; `now` is any monotonic time in s."""

    rate: float
    burst: float
    now: float
    _left: float = field(init=False)

    def __post_init__(self) -> None:
        self._left = self.burst

    def allows(self, now: float) -> bool:
        """Whether one more message at `now` is within the pace."""
        self._left = min(self.burst, self._left + (now - self.now) * self.rate)
        self.now = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
