"""One inspection as a bag: all that was said and done, with the bytes it rests on."""

from inspection.casefile.exporting import export_case, stream_case
from inspection.casefile.importing import import_bag, note_import, plan_import
from inspection.casefile.values import CaseFault, CaseProblem, CaseReport
from inspection.casefile.verifying import verify_case

__all__ = [
    "CaseFault",
    "CaseProblem",
    "CaseReport",
    "export_case",
    "import_bag",
    "note_import",
    "plan_import",
    "stream_case",
    "verify_case",
]
