"""`tellerline serve`: the product, without demo data."""

import typer

from config.logs import set_up_logs
from config.running import prepare, private_pbx, serve_until_stopped
from config.settings import read_settings

app = typer.Typer(add_completion=False)


@app.command()
def serve() -> None:
    """Run the product, without demo data, until stopped."""
    settings = read_settings()
    set_up_logs(settings.log_level)
    prepare(settings)
    serve_until_stopped(settings, private_pbx(settings))
