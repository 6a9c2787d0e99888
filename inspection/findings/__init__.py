"""A person's judgement on violations: selected, sent, answered, decided."""

from inspection.findings.deciding import dismiss_finding, verify_finding
from inspection.findings.drafting import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    check_words,
    draft_finding,
    edit_finding,
)
from inspection.findings.hearing import (
    LONGEST_ANSWER,
    answer_finding,
    mark_silent,
    move,
    send_finding,
)

__all__ = [
    "LONGEST_ANSWER",
    "LONGEST_QUESTION",
    "LONGEST_TITLE",
    "answer_finding",
    "check_words",
    "dismiss_finding",
    "draft_finding",
    "edit_finding",
    "mark_silent",
    "move",
    "send_finding",
    "verify_finding",
]
