"""Where a node's files live: a private tree under one folder, or the places a distribution uses.

Decides paths only; creating them is `config.pbx.render`'s work.
"""

from pathlib import Path

from config.pbx.options import PbxLayout


def private_layout(base: Path, *, modules: Path) -> PbxLayout:
    """Everything a private node writes lies under `base` (it can be deleted as one)."""
    root = base.resolve()
    return PbxLayout(
        etc=root / "etc",
        modules=modules,
        lib=root / "lib",
        data=root / "data",
        spool=root / "spool",
        run=root / "run",
        log=root / "log",
        music=root / "music",
    )


def system_layout(*, modules: Path) -> PbxLayout:
    """The folders of the Debian and Ubuntu packages, for an operator's own PBX."""
    return PbxLayout(
        etc=Path("/etc/asterisk"),
        modules=modules,
        lib=Path("/var/lib/asterisk"),
        data=Path("/usr/share/asterisk"),
        spool=Path("/var/spool/asterisk"),
        run=Path("/var/run/asterisk"),
        log=Path("/var/log/asterisk"),
        music=Path("/var/lib/asterisk/tellerline-music"),
    )
