"""The same configuration for a PBX that an operator runs himself.

Writes files only; they take the distribution's folders and the well-known ports for granted.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from config.pbx.layout import system_layout
from config.pbx.modules import OPTIONAL, REQUIRED
from config.pbx.music import write_music
from config.pbx.options import PbxOptions, PbxPorts, PbxSecrets
from config.pbx.render import MUSIC_FILE, render

WELL_KNOWN = PbxPorts(ami=5038, http=8088, sip=5060, rtp_first=10000, rtp_last=19999)
MODULES = Path("/usr/lib/x86_64-linux-gnu/asterisk/modules")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorWishes:
    """What differs from one operator's PBX to the next."""

    node: str
    bind: str
    application_hosts: tuple[str, ...]
    trunk_hosts: tuple[str, ...]
    music: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None


def write_for_operator(wishes: OperatorWishes, out: Path) -> list[Path]:
    """Write all files and the waiting music into `out`; return their paths."""
    options = PbxOptions(
        node=wishes.node,
        layout=system_layout(modules=MODULES),
        ports=WELL_KNOWN,
        secrets=PbxSecrets(
            application=secrets.token_urlsafe(24), provisioning=secrets.token_urlsafe(24)
        ),
        modules=(*REQUIRED, *OPTIONAL),
        bind=wishes.bind,
        application_hosts=wishes.application_hosts,
        trunk_hosts=wishes.trunk_hosts,
        music=wishes.music,
        tls_certificate=wishes.certificate,
        tls_key=wishes.key,
    )
    written = render(options, out)
    top = options.layout.music.parent
    for folder in sorted(set(options.music_folders.values())):
        music = out / folder.relative_to(top)
        music.mkdir(exist_ok=True)
        write_music(music / MUSIC_FILE)
        written.append(music / MUSIC_FILE)
    return written
