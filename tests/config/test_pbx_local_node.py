"""What a node chose once, it keeps: its ports and its passwords."""

import socket
import stat
from pathlib import Path

from config.pbx import local_node
from config.pbx.addresses import ROUTES, are_free, free_ports, host_address, own_addresses
from config.pbx.local_node import load_or_choose_ports
from config.pbx.secret_file import FILE, load_or_make_secrets


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    made = load_or_make_secrets(tmp_path)
    assert load_or_make_secrets(tmp_path) == made
    assert len({made.application, made.provisioning}) == 2
    assert min(len(made.application), len(made.provisioning)) >= 32
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert load_or_make_secrets(tmp_path / "other") != made


def test_ports_are_chosen_once(tmp_path: Path) -> None:
    chosen = load_or_choose_ports(tmp_path)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", chosen.ami))
        holder.listen()
        assert load_or_choose_ports(tmp_path) == chosen
        assert not are_free(chosen)


def test_a_second_node_takes_other_ports(tmp_path: Path) -> None:
    usual = local_node.USUAL_PORTS
    with socket.socket() as holder:
        if are_free(usual):
            holder.bind(("127.0.0.1", usual.ami))
            holder.listen()
        assert load_or_choose_ports(tmp_path).ami != usual.ami


def test_free_ports_are_free() -> None:
    assert are_free(free_ports())


def test_host_address_is_no_loopback() -> None:
    address = host_address()
    assert address is None or not address.startswith("127.")


def test_own_addresses_are_read_from_the_kernels_routes() -> None:
    address = host_address()
    assert address is None or address in own_addresses(ROUTES.read_text())


def test_a_second_address_of_the_loopback_serves_where_there_is_no_other() -> None:
    routes = """Local:
           |-- 127.0.0.1
              /32 host LOCAL
           |-- 127.255.255.255
              /32 link BROADCAST
     |-- 198.18.0.1
        /32 host LOCAL
"""
    assert own_addresses(routes + routes) == ["198.18.0.1"]
