"""What may not be written into Asterisk's line-based files is refused before it gets there."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.pbx.errors import PbxOptionsError
from config.pbx.layout import private_layout
from config.pbx.options import PbxOptions, PbxPorts, PbxSecrets

PORTS = PbxPorts(ami=1, http=2, sip=3, rtp_first=10000, rtp_last=10199)


def options(base: Path) -> PbxOptions:
    return PbxOptions(
        node="pbx1",
        layout=private_layout(base, modules=Path("/usr/lib/asterisk/modules")),
        ports=PORTS,
        secrets=PbxSecrets(application="a-secret", provisioning="p-secret"),
        modules=("res_pjsip",),
    )


@pytest.mark.parametrize("node", ["", "PBX", "1pbx", "pbx-1", "pbx.1", "pbx\n", "p" * 17])
def test_node_name_prefixes_ids_so_it_is_plain(tmp_path: Path, node: str) -> None:
    with pytest.raises(PbxOptionsError):
        replace(options(tmp_path), node=node)


@pytest.mark.parametrize("field", ["bind", "host_address", "language"])
@pytest.mark.parametrize("value", ["127.0.0.1\nsecret = x", "a;b", "", "a b"])
def test_words_carry_no_line_end_and_no_comment(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(PbxOptionsError):
        replace(options(tmp_path), **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("hosts", [("10.0.0.1", "x\ny"), ("a/b",)])
def test_hosts_are_words_too(tmp_path: Path, hosts: tuple[str, ...]) -> None:
    with pytest.raises(PbxOptionsError):
        replace(options(tmp_path), trunk_hosts=hosts)


@pytest.mark.parametrize("folder", ["/tmp/a;b", "/tmp/a[b]", "/tmp/a\nb"])
def test_paths_carry_no_comment_or_section(folder: str) -> None:
    with pytest.raises(PbxOptionsError):
        private_layout(Path(folder), modules=Path("/m"))


def test_control_socket_must_fit_the_kernels_limit(tmp_path: Path) -> None:
    with pytest.raises(PbxOptionsError, match="too long"):
        private_layout(tmp_path / ("x" * 100), modules=Path("/m"))


@pytest.mark.parametrize(
    "change",
    [{"ami": 0}, {"sip": 70000}, {"http": 1}, {"rtp_first": 10001}, {"rtp_last": 10002}],
)
def test_ports_are_sound(change: dict[str, int]) -> None:
    with pytest.raises(PbxOptionsError):
        replace(PORTS, **change)
