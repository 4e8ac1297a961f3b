"""What callers of the private Asterisk hear: prompts and music, laid where it looks for them.

From the configuration folder: `prompts.yaml` (texts), `prompts/<language>/` (recordings that win
over them), `music/<name>/` (music named in `queues.yaml`, where there is a folder for it).
"""

from pathlib import Path

from config.pbx.binary import cache_folder
from config.pbx.options import PbxOptions
from config.pbx.sounds import Progress, Sounds, lay_files, lay_out, make_sounds
from config.prompts import read_prompts
from config.queueing import read_queues
from telephony.phrases import FOLDER, Voice


def house_sounds(config_dir: Path, progress: Progress) -> Sounds:
    """Find or make all prompts. Raises SettingsInvalid or SoundsMissing."""
    recordings = config_dir / "prompts"
    return make_sounds(read_prompts(config_dir), recordings, cache_folder(), progress)


def music_names(config_dir: Path) -> tuple[str, ...]:
    """Return the kinds of music that the queues name. Raises SettingsInvalid."""
    return tuple(sorted({queue.music for queue in read_queues(config_dir).queues}))


def lay_audio(config_dir: Path, options: PbxOptions, progress: Progress) -> None:
    """Put prompts and music into a node's tree. Raises SettingsInvalid or SoundsMissing.

    New prompts are heard at once, also of a node that runs; new music from its next start on.
    """
    lay_out(house_sounds(config_dir, progress), options.layout.data / "sounds" / FOLDER)
    for name, folder in options.music_folders.items():
        own = {path.name: path.resolve() for path in (config_dir / "music" / name).glob("*.*")}
        if own:
            lay_files(own, folder)


def house_voice(config_dir: Path, house: str) -> Voice:
    """Return in which languages callers are told something, and which is the house's own."""
    languages = frozenset(script.language for script in read_prompts(config_dir))
    return Voice(languages=languages, house=house)
