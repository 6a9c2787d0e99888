"""Keeping what was received: retention, holds, the check that all is there, and the end of it."""

from inspection.keeping.certificate import (
    ProofPlace,
    get_certificate,
    get_proof_place,
    get_signed_certificate,
    write_certificate,
)
from inspection.keeping.checking import Fixity, FixityFinding, check_oldest
from inspection.keeping.classes import RetentionClass, RetentionClasses, load_classes
from inspection.keeping.destroying import (
    DestructionLine,
    get_destruction,
    list_destructions,
    move_destruction,
    propose_destruction,
)
from inspection.keeping.erasing import erase_destroyed
from inspection.keeping.finished import FinishedLine, list_finished
from inspection.keeping.holds import HoldLine, ask_hold, get_hold, list_holds, move_hold
from inspection.keeping.locks import apply_locks
from inspection.keeping.orphans import Orphans, find_orphans, sweep_orphans
from inspection.keeping.overview import StorageOverview, get_overview
from inspection.keeping.terms import DueTerms, RetentionTerm, get_term, list_due
from inspection.keeping.waiting import WaitingLine, list_waiting

__all__ = [
    "DestructionLine",
    "DueTerms",
    "FinishedLine",
    "Fixity",
    "FixityFinding",
    "HoldLine",
    "Orphans",
    "ProofPlace",
    "RetentionClass",
    "RetentionClasses",
    "RetentionTerm",
    "StorageOverview",
    "WaitingLine",
    "apply_locks",
    "ask_hold",
    "check_oldest",
    "erase_destroyed",
    "find_orphans",
    "get_certificate",
    "get_destruction",
    "get_hold",
    "get_overview",
    "get_proof_place",
    "get_signed_certificate",
    "get_term",
    "list_destructions",
    "list_due",
    "list_finished",
    "list_holds",
    "list_waiting",
    "load_classes",
    "move_destruction",
    "move_hold",
    "propose_destruction",
    "sweep_orphans",
    "write_certificate",
]
