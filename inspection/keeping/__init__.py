"""Keeping what was received: retention and holds in the store, and the check that all is there."""

from inspection.keeping.checking import Fixity, FixityFinding, check_oldest
from inspection.keeping.holds import HoldLine, ask_hold, get_hold, list_holds, move_hold
from inspection.keeping.locks import apply_locks
from inspection.keeping.orphans import Orphans, find_orphans, sweep_orphans
from inspection.keeping.overview import StorageOverview, get_overview

__all__ = [
    "Fixity",
    "FixityFinding",
    "HoldLine",
    "Orphans",
    "StorageOverview",
    "apply_locks",
    "ask_hold",
    "check_oldest",
    "find_orphans",
    "get_hold",
    "get_overview",
    "list_holds",
    "move_hold",
    "sweep_orphans",
]
