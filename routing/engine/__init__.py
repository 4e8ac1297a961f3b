"""The deciding part of routing: facts in, decisions out, nothing else."""

from routing.engine.core import Engine
from routing.engine.world import Checkpoint

__all__ = ["Checkpoint", "Engine"]
