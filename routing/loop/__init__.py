"""The acting part of routing: one loop feeds the engine, in order, and sends effects on.

The only place in routing that knows a clock, an event loop and a file.
"""

from routing.loop.journal import FileJournal, JournalDamaged
from routing.loop.runner import LoopOptions, Overloaded, RoutingLoop

__all__ = ["FileJournal", "JournalDamaged", "LoopOptions", "Overloaded", "RoutingLoop"]
