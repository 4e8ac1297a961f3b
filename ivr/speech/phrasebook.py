"""All prompts in all languages: as words for a reader, as sound files for a caller.

The book decides nothing about languages. Whoever speaks keeps one language for a whole call, and
where that lacks a prompt takes the flow's first one for all of it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.speech.texts import Clause, Place, Text
from ivr.speech.told import Name, Told, Value
from ivr.speech.tongue import Unspeakable, tokens
from ivr.speech.tongues import TONGUES, value_file

_NAME = "name-"


class Unsaid(LookupError):
    """Something cannot be told in a language: it has no text, no value for a place, no words for a
    value, or no sound file. The message holds names of prompts and files, never a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """`texts` by language and prompt. `laid` are the pieces of each sound file, by language and
    file, as Asterisk takes them; a book that is only read from needs none."""

    texts: Mapping[str, Mapping[str, Text]]
    laid: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)

    def has(self, prompt: str, language: str) -> bool:
        return prompt in self.texts.get(language, {})

    def places(self, prompt: str) -> tuple[str, ...]:
        """The places of a prompt; none if there is no such prompt."""
        texts = (prompts[prompt] for prompts in self.texts.values() if prompt in prompts)
        found = next(texts, None)
        return found.places if found else ()

    def words(self, said: Told, language: str) -> str:
        """What he hears, written out. Raises Unsaid."""
        written: list[str] = []
        for part, value in self._filled(said, language):
            match part:
                case Clause():
                    written.append(part.text)
                case Place() if isinstance(value, Name):
                    written.append(name_in(value, language))
                case Place():
                    between = TONGUES[language].between
                    vocabulary = TONGUES[language].vocabulary
                    told = _tokens(said, part, value, language)
                    written.append(between.join(vocabulary[token] for token in told))
        sentence = "".join(written)
        return sentence[:1].upper() + sentence[1:]

    def sounds(self, said: Sequence[Told], language: str) -> tuple[str, ...]:
        """The sound files of all that is said, in order. Raises Unsaid if one is not laid."""
        laid = self.laid.get(language, {})
        files = [file for one in said for file in self.files(one, language)]
        if missing := [file for file in files if file not in laid]:
            raise Unsaid(f"{language} has no sound file {missing[0]}")
        return tuple(piece for file in files for piece in laid[file])

    def files(self, said: Told, language: str) -> tuple[str, ...]:
        """The names of its sound files, whether they are laid or not. Raises Unsaid."""
        return tuple(self._files(said, language))

    def _files(self, said: Told, language: str) -> Iterator[str]:
        for part, value in self._filled(said, language):
            match part:
                case Clause(file=file):
                    yield from (file,) if file else ()
                case Place() if isinstance(value, Name):
                    yield name_file(name_in(value, language))
                case Place():
                    yield from map(value_file, _tokens(said, part, value, language))

    def _filled(self, said: Told, language: str) -> Iterator[tuple[Clause | Place, Value]]:
        if not self.has(said.prompt, language):
            raise Unsaid(f"{said.prompt} has no text in {language}")
        values = dict(said.values)
        for part in self.texts[language][said.prompt].parts:
            if isinstance(part, Clause):
                yield part, 0
            elif part.name in values:
                yield part, values[part.name]
            else:
                raise Unsaid(f"{said.prompt} came without {part.name}")


def name_in(name: Name, language: str) -> str:
    """A name in a language, or the one that serves where it has none."""
    names = dict(name.by_language)
    return names.get(language) or names.get("", "")


def name_file(text: str) -> str:
    """The sound file of a name."""
    return _NAME + hashlib.sha256(text.encode()).hexdigest()[:16]


def name_files(names: Iterable[Name], language: str) -> Mapping[str, str]:
    """The text of each sound file that names need in a language."""
    texts = {name_in(name, language) for name in names} - {""}
    return {name_file(text): text for text in sorted(texts)}


def _tokens(said: Told, place: Place, value: Value, language: str) -> tuple[str, ...]:
    try:
        return tokens(TONGUES[language], value, place.form)
    except Unspeakable as error:
        raise Unsaid(f"{said.prompt}, {place.name}, in {language}: {error}") from error
