"""`tellerline check`: are settings and configuration files usable?"""

import typer

from config.client_rules import read_client_rules
from config.collecting import read_collection_rules
from config.files import read_catalogue_file
from config.prompts import read_prompts
from config.queueing import read_queues
from config.rules import read_first_rules
from config.settings import read_settings
from config.work import read_work_rules

app = typer.Typer(add_completion=False)


@app.command()
def check() -> None:
    """Validate the settings and the files in the configuration folder."""
    settings = read_settings()
    read_first_rules(settings.config_dir, read_queues(settings.config_dir))
    read_catalogue_file(settings.config_dir)
    read_work_rules(settings.config_dir)
    read_collection_rules(settings.config_dir)
    read_client_rules(settings.config_dir)
    read_prompts(settings.config_dir)
    typer.echo("The settings are valid.")
