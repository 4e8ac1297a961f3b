"""Benchmarks: our parts beside a peer and a physical floor, in the same run on the same machine.

`BENCHES` names them; each takes `quick` (end within 40 seconds) and returns its rows. They print
nothing and judge nothing.
"""

from collections.abc import Callable

from bench import (
    agi,
    ami,
    duplicates,
    engine,
    fanout,
    generate,
    imports,
    lookup,
    pop,
    reports,
    ring,
    search,
    whatif,
)
from bench.rows import Row

BENCHES: dict[str, Callable[[bool], list[Row]]] = {
    "agi": agi.run,
    "ami": ami.run,
    "duplicates": duplicates.run,
    "engine": engine.run,
    "fanout": fanout.run,
    "generate": generate.run,
    "import": imports.run,
    "lookup": lookup.run,
    "pop": pop.run,
    "reports": reports.run,
    "ring": ring.run,
    "search": search.run,
    "whatif": whatif.run,
}
