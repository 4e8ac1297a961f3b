"""`tellerline bench`: run a benchmark, print its table, write its rows.

The benchmarks stand beside the product in its source tree and are not installed with it.
"""

from pathlib import Path
from typing import Annotated

import typer

from bench import BENCHES
from bench.rows import Row, print_rows, write_rows

app = typer.Typer(add_completion=False)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(sorted(BENCHES))}; or all.")],
    quick: Annotated[bool, typer.Option("--quick", help="End within 40 seconds.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
) -> None:
    """Measure, side by side with peers and floors, on this machine."""
    if name != "all" and name not in BENCHES:
        raise typer.BadParameter(f"there is no benchmark {name}", param_hint="NAME")
    rows: list[Row] = []
    for one in sorted(BENCHES) if name == "all" else [name]:
        rows += BENCHES[one](quick)
    print_rows(rows)
    if json_file is not None:
        write_rows(rows, json_file)
