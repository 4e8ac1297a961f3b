"""`tellerline asterisk ...`: install, start, stop, status, config.

Translates between a person and the functions of this package; decides nothing itself. Exit codes:
0 done, 1 failed, 2 wrong use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.audio import house_sounds, keypad_sounds, lay_audio, music_names
from config.ivr_sounds import BELOW
from config.pbx import process
from config.pbx.binary import AsteriskBinary, cache_folder, find_or_install
from config.pbx.errors import PbxError, PbxOptionsError
from config.pbx.local_node import local_node, node_folder
from config.pbx.operator_files import OperatorWishes, write_for_operator
from config.pbx.options import PbxOptions
from config.settings import PACKAGE
from config.sounds.laying import write_out

app = typer.Typer(no_args_is_help=True, help="The private Asterisk beside the application.")

Node = Annotated[str, typer.Option(help="Name of the node; prefixes the ids of its calls.")]
State = Annotated[
    Path, typer.Option(envvar="TELLERLINE_STATE_DIR", help="Folder that keeps the node's files.")
]
Language = Annotated[str, typer.Option(help="Language of Asterisk's own prompts: en or ru.")]
ConfigDir = Annotated[
    Path,
    typer.Option(envvar="TELLERLINE_CONFIG_DIR", help="Folder of queues.yaml and prompts.yaml."),
]
STATE = Path("var")
CONFIG_DIR = PACKAGE


@app.command()
def install() -> None:
    """Find an Asterisk of 18.8 or later on PATH, or make a private one in the cache folder."""
    with _told_failures():
        binary = _binary()
    typer.echo(f"Asterisk {binary.version}: {binary.argv[-1]}")


@app.command()
def start(
    node: Node = "pbx1",
    state: State = STATE,
    language: Language = "en",
    config_dir: ConfigDir = CONFIG_DIR,
) -> None:
    """Start the node and wait until it is ready. One that already runs is left as it is."""
    with _told_failures():
        binary = _binary()
        music = music_names(config_dir)
        options = local_node(state, binary, node=node, language=language, music=music)
        lay_audio(config_dir, options, _say)
        running = process.start(binary, options)
    typer.echo(_described(options, running.pid))


@app.command()
def stop(node: Node = "pbx1", state: State = STATE) -> None:
    """End the node; calls in it are hung up."""
    with _told_failures():
        options = _known_node(state, node)
        if options is None or process.status(options) is None:
            typer.echo(f"{node} does not run")
            return
        process.stop(options)
    typer.echo(f"{node} stopped")


@app.command()
def status(node: Node = "pbx1", state: State = STATE) -> None:
    """Tell whether the node runs and takes logins; exit code 1 if not."""
    with _told_failures():
        options = _known_node(state, node)
        pid = process.status(options) if options else None
        ready = options is not None and pid is not None and process.login_accepted(options)
    if options is None or pid is None:
        typer.echo(f"{node} does not run")
        raise typer.Exit(1)
    typer.echo(_described(options, pid) + ("" if ready else ", NOT READY: AMI takes no login"))
    raise typer.Exit(0 if ready else 1)


@app.command()
def config(
    out: Annotated[Path, typer.Option(help="Folder to write the files into.")],
    node: Node = "pbx1",
    bind: Annotated[str, typer.Option(help="Address of the PBX to listen on.")] = "127.0.0.1",
    application: Annotated[
        list[str] | None, typer.Option(help="Address Tellerline logs in from; may be repeated.")
    ] = None,
    trunk: Annotated[
        list[str] | None, typer.Option(help="Address callers come from; may be repeated.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate for wss.")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key.")] = None,
    config_dir: ConfigDir = CONFIG_DIR,
) -> None:
    """Write the configuration for a PBX of your own (see docs/operations.md)."""
    with _told_failures():
        wishes = OperatorWishes(
            node=node,
            bind=bind,
            application_hosts=tuple(application or ["127.0.0.1"]),
            trunk_hosts=tuple(trunk or ["127.0.0.1"]),
            music=music_names(config_dir),
            certificate=certificate,
            key=key,
        )
        written = write_for_operator(wishes, out)
    typer.echo(f"{len(written)} files in {out}; manager.conf holds new passwords: keep its mode")


@app.command()
def prompts(
    out: Annotated[Path, typer.Option(help="Folder to write the sound files into.")],
    config_dir: ConfigDir = CONFIG_DIR,
) -> None:
    """Write what callers are told, waiting and at their keypads, for a PBX of your own.

    Copy the folder there as `sounds/tellerline` in Asterisk's data folder.
    """
    with _told_failures():
        count = write_out(house_sounds(config_dir, _say), out)
        count += write_out(keypad_sounds(config_dir, _say), out, BELOW)
    typer.echo(f"{count} files in {out}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _binary() -> AsteriskBinary:
    console = Console(stderr=True)
    if not console.is_terminal:
        return find_or_install(cache_folder(), _say)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("preparing Asterisk")
        return find_or_install(
            cache_folder(), lambda line: progress.update(task, description=f"Asterisk: {line}")
        )


def _known_node(state: Path, node: str) -> PbxOptions | None:
    """Options of a node that was started before; None if its folder is not there."""
    if not node_folder(state, node).is_dir():
        return None
    return local_node(state, _binary(), node=node)


def _described(options: PbxOptions, pid: int) -> str:
    ports = options.ports
    return (
        f"{options.node} runs as process {pid} on {options.bind}: "
        f"AMI {ports.ami}, websocket {ports.http}, SIP {ports.sip}"
    )


@contextmanager
def _told_failures() -> Iterator[None]:
    try:
        yield
    except PbxOptionsError as error:
        typer.echo(f"Wrong use: {error}", err=True)
        raise typer.Exit(2) from error
    except (PbxError, OSError) as error:
        typer.echo(f"Failed: {error}", err=True)
        raise typer.Exit(1) from error
