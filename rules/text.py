"""A text in the two languages of the platform."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Vietnamese first, English beside it."""

    vi: str
    en: str
