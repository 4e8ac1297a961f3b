"""Text as it may come in from a browser: bounded, and storable in any database."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no encoding takes a lone surrogate."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("unstorable")
    return text


Ident = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.:@+~\-]+$")]
PlainText = Annotated[str, AfterValidator(_storable)]
"""Its user bounds its length."""
ShortText = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
LongText = Annotated[str, Field(max_length=8000), AfterValidator(_storable)]
SearchText = Annotated[str, Field(max_length=16_384)]
"""Anything at all: it is cut into words before a database sees it."""
