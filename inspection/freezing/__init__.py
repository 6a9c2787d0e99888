"""All that a conclusion says, taken out of the database at one moment and never changed again."""

from inspection.freezing.collecting import DEMONSTRATION, NO_LOCK, OFFICE, freeze
from inspection.freezing.parts import ERROR_WORDS, file_facts, finding_item, list_tallies
from inspection.freezing.values import AnnexSource, FrozenConclusion, Signing

__all__ = [
    "DEMONSTRATION",
    "ERROR_WORDS",
    "NO_LOCK",
    "OFFICE",
    "AnnexSource",
    "FrozenConclusion",
    "Signing",
    "file_facts",
    "finding_item",
    "freeze",
    "list_tallies",
]
