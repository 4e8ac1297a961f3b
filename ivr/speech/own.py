"""A flow's own prompts, beside those of every bank.

Their sound files bear the flow, the prompt and what it says, so that callers in an older version of
the flow hear theirs to the end while a new one is laid.
"""

import hashlib
from collections.abc import Mapping

from ivr.speech.phrasebook import Phrasebook
from ivr.speech.texts import Text, TextRefused, read_text
from ivr.speech.tongues import TONGUES


def with_own(book: Phrasebook, flow: str, prompts: Mapping[str, Mapping[str, str]]) -> Phrasebook:
    """The book with a flow's own prompts, in the book's languages. Raises TextRefused."""
    errors: list[str] = []
    texts: dict[str, Mapping[str, Text]] = {}
    for language, standard in book.texts.items():
        own: dict[str, Text] = {}
        for prompt in (one for one in prompts if language in prompts[one]):
            try:
                own[prompt] = _read(flow, prompt, prompts[prompt][language], language)
            except TextRefused as error:
                errors += [f"{prompt}: {language}: {line}" for line in error.errors]
        texts[language] = {**standard, **own}
    if errors:
        raise TextRefused(errors)
    return Phrasebook(texts=texts, laid=book.laid)


def recording_of(file: str, flow: str) -> str:
    """The name of the recording that replaces a file: of a flow's own, it bears no text."""
    return file.rpartition("-")[0] if file.startswith(f"{flow}-") else file


def _read(flow: str, prompt: str, text: str, language: str) -> Text:
    said = hashlib.sha256(text.encode()).hexdigest()[:8]
    file = f"{flow}-{prompt}-{said}"
    return read_text(text, file=file, places=(), cases=TONGUES[language].cases)
