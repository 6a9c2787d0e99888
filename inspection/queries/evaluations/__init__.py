"""Runs and their tallies, as the team sees them."""

from inspection.queries.evaluations.inputs import InputLine, list_own_inputs
from inspection.queries.evaluations.runs import (
    EvaluationLine,
    EvaluationPage,
    ProgressLine,
    get_evaluation,
    get_progress,
    list_evaluations,
)
from inspection.queries.evaluations.tallies import (
    OrganizationTallies,
    TallyLine,
    list_campaign_tallies,
)

__all__ = [
    "EvaluationLine",
    "EvaluationPage",
    "InputLine",
    "OrganizationTallies",
    "ProgressLine",
    "TallyLine",
    "get_evaluation",
    "get_progress",
    "list_campaign_tallies",
    "list_evaluations",
    "list_own_inputs",
]
