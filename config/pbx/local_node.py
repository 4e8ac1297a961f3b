"""The private node of this machine: which folder, which ports, which passwords.

Ports and passwords are chosen once and kept in the node's folder, so that every later start, stop
and login speaks of the same node.
"""

import json
from dataclasses import asdict
from pathlib import Path

from config.pbx.addresses import are_free, free_ports, host_address
from config.pbx.binary import AsteriskBinary
from config.pbx.layout import private_layout
from config.pbx.options import PbxOptions, PbxPorts
from config.pbx.secret_file import load_or_make_secrets

USUAL_PORTS = PbxPorts(ami=25038, http=28088, sip=25060, rtp_first=21000, rtp_last=21399)
PORTS_FILE = "ports.json"


def node_folder(state: Path, node: str) -> Path:
    return state / "asterisk" / node


def local_node(
    state: Path,
    binary: AsteriskBinary,
    *,
    node: str = "pbx1",
    language: str = "en",
    music: tuple[str, ...] = (),
) -> PbxOptions:
    """Options of this machine's node `node`, whose files live under `state`."""
    folder = node_folder(state, node)
    folder.mkdir(parents=True, exist_ok=True)
    return PbxOptions(
        node=node,
        layout=private_layout(folder, modules=binary.modules),
        ports=load_or_choose_ports(folder),
        secrets=load_or_make_secrets(folder),
        modules=binary.loadable(),
        host_address=host_address(),
        language=language,
        music=music,
    )


def load_or_choose_ports(folder: Path) -> PbxPorts:
    """The ports as stored; on the first call the usual ones, or free ones if those are taken."""
    path = folder / PORTS_FILE
    if path.exists():
        return PbxPorts(**json.loads(path.read_text(encoding="utf-8")))
    chosen = USUAL_PORTS if are_free(USUAL_PORTS) else free_ports()
    keep_ports(folder, chosen)
    return chosen


def keep_ports(folder: Path, ports: PbxPorts) -> None:
    """Store the ports of a node."""
    text = json.dumps(asdict(ports))
    (folder / PORTS_FILE).write_text(text, encoding="utf-8")
