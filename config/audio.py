"""What callers of the private Asterisk hear: prompts and music, laid where it looks for them.

From the configuration folder: `prompts.yaml` (texts for who waits), `ivr/` (flows and their
prompts), `prompts/<language>/` (recordings that win over all texts), `music/<name>/` (music named
in `queues.yaml`, where there is a folder for it).
"""

from pathlib import Path

from config.ivr_sounds import BELOW, RECORDINGS, flow_sounds, flows_in, together
from config.pbx.binary import cache_folder
from config.pbx.options import PbxOptions
from config.prompts import read_prompts
from config.queueing import read_queues
from config.sounds.laying import add, lay_files, lay_out
from config.sounds.making import Progress, Sounds, make_sounds
from telephony.phrases import FOLDER, Voice


def house_sounds(config_dir: Path, progress: Progress) -> Sounds:
    """Find or make what waiting callers hear. Raises SettingsInvalid or SoundsMissing."""
    return make_sounds(read_prompts(config_dir), config_dir / RECORDINGS, cache_folder(), progress)


def keypad_sounds(config_dir: Path, progress: Progress) -> Sounds:
    """Find or make what the flows of the configuration folder say. Raises as `house_sounds`."""
    flows = flows_in(config_dir)
    return together(flow_sounds(flow, config_dir, progress=progress).sounds for flow in flows)


def music_names(config_dir: Path) -> tuple[str, ...]:
    """Return the kinds of music that the queues name. Raises SettingsInvalid."""
    return tuple(sorted({queue.music for queue in read_queues(config_dir).queues}))


def lay_audio(config_dir: Path, options: PbxOptions, progress: Progress) -> None:
    """Put prompts and music into a node's tree. Raises SettingsInvalid or SoundsMissing.

    New prompts are heard at once, also of a node that runs; new music from its next start on.
    """
    tree = options.layout.data / "sounds" / FOLDER
    lay_out(house_sounds(config_dir, progress), tree)
    add(keypad_sounds(config_dir, progress), tree, BELOW)
    for name, folder in options.music_folders.items():
        own = {path.name: path.resolve() for path in (config_dir / "music" / name).glob("*.*")}
        if own:
            lay_files(own, folder)


def house_voice(config_dir: Path, house: str) -> Voice:
    """Return in which languages callers are told something, and which is the house's own."""
    languages = frozenset(script.language for script in read_prompts(config_dir))
    return Voice(languages=languages, house=house)
