"""What may go wrong at this edge: refused by rule, or the browser's fault.

Codes are stable; pages and scripts translate them. No message here carries a number or a name.
"""

import traceback


class AgentUiError(Exception):
    """The base of this folder's errors. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(AgentUiError):
    """The rules do not let this user do this now."""


class Conflict(Refused):
    """Refused because something changed meanwhile; `data` tells how it stands now."""

    def __init__(self, code: str, data: dict[str, object]) -> None:
        super().__init__(code)
        self.data = data


class BadRequest(AgentUiError):
    """The browser sent what it must not send. `errors` pairs a field with a code."""

    def __init__(self, code: str, errors: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(code)
        self.errors = errors


def where(error: BaseException) -> list[str]:
    """The places an error came through: files and lines only, no values that could be private."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
