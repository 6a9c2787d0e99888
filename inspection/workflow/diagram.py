"""The workflow drawn from its table, for `docs/reference/workflow.md`."""

from inspection.workflow.states import Subject
from inspection.workflow.transitions import TRANSITIONS


def to_mermaid(subject: Subject) -> str:
    """One state diagram in Mermaid's notation."""
    lines = (
        f"  {_name(t.source)} --> {_name(t.target)}: {t.act} ({', '.join(sorted(t.by))})"
        for t in TRANSITIONS
        if t.subject is subject
    )
    return "\n".join(["stateDiagram-v2", *lines])


def _name(state: str) -> str:
    return state.replace(" ", "_")
