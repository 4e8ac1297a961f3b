"""What is to be spoken: the shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.pbx.errors import PbxError


class SoundsMissing(PbxError):
    """Something that callers are told has no sound file, and none can be made."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng; `speed` is in words a minute."""

    name: str
    speed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one voice says in a language: the text of each sound file, by name.

    Marks at the ends of a text are pauses. With `cut` the files are laid in pieces. `recordings`
    names the recording of a file where that is not the file's name.
    """

    language: str
    voice: Voice
    texts: Mapping[str, str]
    cut: bool = False
    recordings: Mapping[str, str] = field(default_factory=dict)

    def recording(self, file: str) -> str:
        """The name of the recording that replaces a file."""
        return self.recordings.get(file, file)
