"""The wall clock, aware UTC. The only place in crm_core that reads it."""

from datetime import UTC, datetime


class SystemClock:
    """Implements `routing.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)
