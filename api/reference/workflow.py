"""The workflow, from its table: one diagram and one table per subject."""

from api.reference import as_page, as_table
from inspection.workflow.diagram import to_mermaid
from inspection.workflow.states import Subject
from inspection.workflow.transitions import TRANSITIONS


def describe_workflow() -> str:
    """States, acts, and who may do them."""
    return as_page(
        "Workflow",
        "Who may do what from where; pages, API and tests read the same table.",
        *(_section(subject) for subject in Subject),
    )


def _section(subject: Subject) -> str:
    rows = [
        (
            t.source.value,
            t.act.value,
            t.target.value,
            ", ".join(sorted(t.by)),
            "yes" if t.reason else "",
        )
        for t in TRANSITIONS
        if t.subject is subject
    ]
    table = as_table(("From", "Act", "To", "By", "Reason needed"), rows)
    diagram = f"```mermaid\n{to_mermaid(subject)}\n```"
    return f"## {subject.value.capitalize()}\n\n{diagram}\n\n{table}"
