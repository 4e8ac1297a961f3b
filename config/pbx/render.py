"""Writes a node's configuration files from the templates in config/asterisk.

Owns the mapping option -> file and the private tree around it (folders, prompt links, music).
Takes no decision of its own and starts nothing.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.pbx.binary import AsteriskBinary
from config.pbx.music import write_music
from config.pbx.options import PbxOptions

TEMPLATES = Path(__file__).resolve().parent.parent / "asterisk"
LINKED_DATA = ("documentation", "rest-api", "static-http")
MUSIC_FILE = "tellerline-wait.wav"


def template_names() -> list[str]:
    return sorted(path.name for path in TEMPLATES.glob("*.j2"))


def render(options: PbxOptions, out_dir: Path) -> list[Path]:
    """Write every file into `out_dir` (mode 600: it holds passwords); return the paths."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    out_dir.mkdir(parents=True, exist_ok=True)
    written = []
    for name in template_names():
        text = environment.get_template(name).render(options=options)
        written.append(_write_private(out_dir / name.removesuffix(".j2"), text))
    return written


def prepare_private_tree(options: PbxOptions, binary: AsteriskBinary) -> None:
    """Create the folders, link the binary's data and prompts, add the music, render."""
    layout = options.layout
    for folder in (
        layout.etc,
        layout.lib / "keys",
        layout.data,
        layout.spool,
        layout.run,
        layout.log,
        layout.music,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in LINKED_DATA:
        _link(layout.data / name, binary.data / name)
    sounds = layout.data / "sounds"
    sounds.mkdir(exist_ok=True)
    for language, folder in prompt_folders(binary.data / "sounds").items():
        _link(sounds / language, folder)
    for folder in options.music_folders.values():
        folder.mkdir(exist_ok=True)
        if not any(path.is_file() for path in folder.iterdir()):
            write_music(folder / MUSIC_FILE)
    render(options, layout.etc)


def prompt_folders(sounds: Path) -> dict[str, Path]:
    """Language -> folder of prompts. Debian's own `en` link is absolute, so dead in a private root;
    its folders are named like `ru_RU_f_IvrvoiceRU`."""
    found: dict[str, Path] = {}
    for folder in sorted(sounds.glob("*")):
        language = folder.name.split("_")[0]
        if len(language) == 2 and folder.is_dir():
            found.setdefault(language, folder)
    return found


def _write_private(path: Path, text: str) -> Path:
    scratch = path.with_name(f".{path.name}.new")
    scratch.touch(mode=0o600)
    scratch.chmod(0o600)
    scratch.write_text(text, encoding="utf-8")
    return scratch.replace(path)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    if target.exists() and not link.exists():
        link.symlink_to(target)
