"""The demo bank: filled into the database, with passwords made once and kept beside it."""

import asyncio
import json
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from config.collecting import read_collection_rules
from config.demo_bank import Loading, load_bank, make_bank
from config.keyring import keyring
from config.logs import set_up_logs
from config.running import prepare, private_pbx, serve_until_stopped
from config.settings import Settings, read_settings
from config.work import read_work_rules
from crm_core.clock import SystemClock
from crm_core.corebank.loading import Report
from crm_core.database import Database
from crm_core.demo.bank import EMPLOYEES
from crm_core.demo.generator.plan import Plan
from crm_core.demo.keypads import WITH_PINS
from crm_core.demo.people import USERNAMES, DemoBank, seed
from crm_core.demo.retelling import tell_again
from crm_core.errors import StorageAway
from crm_core.models import Role
from crm_core.sealing import NumberSeal
from crm_core.selfservice.pin_rules import is_weak

TELL_EVERY = 300.0
"""Seconds between two times that the demo's core bank tells of its clients."""

_log = structlog.get_logger(__name__)
_BALANCE = '--keys "1,PIN#,1,,,,"'
_WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "glade", "harbor", "indigo"),
    *("juniper", "lagoon", "maple", "nectar", "opal", "prairie", "quartz", "ripple", "saffron"),
    *("tundra", "velvet", "willow", "zephyr"),
)


def run_demo(out: Console, *, crowd: int) -> None:
    """Run the product with the demo bank, and so many made-up clients, until stopped."""
    settings = read_settings()
    set_up_logs("warning" if settings.log_level == "info" else settings.log_level)
    prepare(settings)
    private = private_pbx(settings)
    announce(out, settings, asyncio.run(open_demo(settings, crowd=crowd)))
    serve_until_stopped(settings, private, beside=keep_telling)


async def keep_telling(db: Database) -> None:
    """Be the demo's core bank, until cancelled."""
    while True:
        try:
            async with db.unit_of_work() as session:
                await tell_again(session, now=db.clock.now())
        except StorageAway:
            _log.warning("demo_bank.storage_away")
        await asyncio.sleep(TELL_EVERY)


async def open_demo(settings: Settings, *, crowd: int) -> DemoBank:
    """Fill the database with the demo bank; what is there stays as it is.

    Beside the clients by hand it has a crowd of made-up ones, who come as a core bank tells of
    them. They are made once, as of that day, and kept in the state folder.
    """
    passwords, ring = demo_passwords(settings.state_dir), keyring(settings)
    clock = SystemClock()
    db = Database(settings.database, clock=clock)
    folder = settings.state_dir / "demo-bank"
    if crowd and not folder.exists():
        make_bank(_crowd(crowd, clock.now().date()), folder)
    try:
        work = read_work_rules(settings.config_dir)
        collecting = read_collection_rules(settings.config_dir)
        bank = await seed(
            db,
            clock,
            passwords=passwords,
            pins=demo_pins(settings.state_dir),
            keyring=ring,
            work=work,
            collecting=collecting,
        )
        if crowd:
            loading = Loading(
                seal=NumberSeal(ring), region=settings.region, work=work, collecting=collecting
            )
            for report in (await load_bank(db, folder, loading)).batches:
                _warn(report)
        return bank
    finally:
        await db.close()


def _crowd(clients: int, as_of: date) -> Plan:
    """The made-up clients, looked after by the managers of the demo, first who is away."""
    managers = [one for one in EMPLOYEES if one.role is Role.MANAGER]
    managers.sort(key=lambda one: not one.away)
    usernames = tuple(one.username for one in managers)
    return Plan(clients=clients, as_of=as_of, managers=usernames)


def _warn(report: Report) -> None:
    """If a batch of the made-up bank was not taken whole: a defect of ours that stops no demo."""
    if not (report.problem or report.refused or report.parked):
        return
    about = {"entity": report.about.entity, "problem": report.problem, "refused": report.refused}
    _log.warning("demo_batch", **about, parked=report.parked)


def demo_passwords(state_dir: Path) -> dict[str, str]:
    """Return the demo's passwords; the first call makes them."""
    return _kept(state_dir / "demo-passwords.json", USERNAMES, _password)


def demo_pins(state_dir: Path) -> dict[str, str]:
    """Return the PINs of the demo's clients, by key; the first call makes them."""
    return _kept(state_dir / "demo-pins.json", WITH_PINS, _pin)


def _kept(path: Path, owners: Iterable[str], make: Callable[[], str]) -> dict[str, str]:
    """What the file holds for each owner; made, and written for nobody else to read, if it lacks
    one."""
    wanted = set(owners)
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if set(kept) >= wanted:
            return kept
    made = {name: make() for name in sorted(wanted)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file)
    return made


def _password() -> str:
    words = [secrets.choice(_WORDS) for _ in range(3)]
    return "-".join(words) + f"-{secrets.randbelow(90) + 10}"


def _pin() -> str:
    while is_weak(pin := f"{secrets.randbelow(10_000):04}"):
        pass
    return pin


def announce(out: Console, settings: Settings, bank: DemoBank) -> None:
    """Say where to go, who can sign in and how a client calls."""
    out.print(f"\n[bold]Tellerline[/] is at [bold]{settings.origin}[/]\n")
    people = Table("Sign in as", "Password", "Who", "Role", box=None, padding=(0, 2))
    for person in bank.employees:
        people.add_row(person.username, person.password, person.name, person.role.value)
    out.print(people)
    out.print("\nSign in, press “Start shift”, and let a client call from another terminal:\n")
    out.print("  .venv/bin/tellerline demo call --from NUMBER\n")
    heads = "NUMBER", "Who it may be", "Client number", "PIN"
    callers = Table(*heads, box=None, padding=(0, 2))
    for caller in bank.callers:
        who = ", ".join(caller.parties)
        callers.add_row(caller.number, who, caller.client_number, caller.pin)
    callers.add_row("+79455559999", "nobody we know")
    callers.add_row("anonymous", "a withheld number")
    out.print(callers)
    out.print("\nA client who serves himself dials 4100; here he asks for his balance:\n")
    out.print(f"  .venv/bin/tellerline demo call --from NUMBER --to 4100 {_BALANCE}\n")
    out.print("\nEnd with Ctrl+C. Asterisk goes on: [bold].venv/bin/tellerline asterisk stop[/].\n")
