"""The conclusion: drafted by the team, approved by the issuer, published by an act of its own."""

from inspection.conclusions.drafting import (
    DECIDED,
    LONGEST_TEXT,
    edit_conclusion,
    find_latest_run,
    list_missing,
    start_conclusion,
)
from inspection.conclusions.handing import move, return_conclusion, submit_conclusion
from inspection.conclusions.issuing import (
    HERE,
    LARGEST_NUMBER,
    RENDER_JOB,
    approve_conclusion,
    publish_conclusion,
    retry_rendering,
)

__all__ = [
    "DECIDED",
    "HERE",
    "LARGEST_NUMBER",
    "LONGEST_TEXT",
    "RENDER_JOB",
    "approve_conclusion",
    "edit_conclusion",
    "find_latest_run",
    "list_missing",
    "move",
    "publish_conclusion",
    "retry_rendering",
    "return_conclusion",
    "start_conclusion",
    "submit_conclusion",
]
