"""Conclusions: the draft with its completeness gate, and what is published."""

from inspection.queries.conclusions.drafts import (
    ConclusionPage,
    FindingMark,
    ItemText,
    find_conclusion_id,
    get_conclusion,
)
from inspection.queries.conclusions.published import (
    PublishedLine,
    find_pdf,
    get_published,
    list_own_published,
    list_published,
)

__all__ = [
    "ConclusionPage",
    "FindingMark",
    "ItemText",
    "PublishedLine",
    "find_conclusion_id",
    "find_pdf",
    "get_conclusion",
    "get_published",
    "list_own_published",
    "list_published",
]
