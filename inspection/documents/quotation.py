"""Somebody's own words: every line as it was sent, marked by a rule at the left."""

from typing import Any

from reportlab.platypus import Flowable

from inspection.documents import fonts, styles
from inspection.documents.text import clean, wrap

_SIZE = 12.0
_LEADING = 15.5
_INSET = 14.0
_LEAST_LINES = 2


# ReportLab ships no types: what we subclass is Any to the type checker.
class Quotation(Flowable):  # type: ignore[misc]
    """Text verbatim: line breaks, blank lines and runs of blanks are kept, nothing is justified."""

    def __init__(self, text: str, *, width: float) -> None:
        super().__init__()
        self.spaceBefore, self.spaceAfter = 4, 6
        self._lines = wrap(clean(text), face=fonts.REGULAR, size=_SIZE, width=width - _INSET)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """One leading per line."""
        self.width, self.height = width, len(self._lines) * _LEADING
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Any]:
        """The lines that fit on this page, and the others."""
        fit = int(height / _LEADING)
        if fit < _LEAST_LINES:
            return []
        return [_Lines(self._lines[:fit]), _Lines(self._lines[fit:])]

    def draw(self) -> None:
        """The rule and the lines."""
        self.canv.setStrokeColor(styles.HAIRLINE)
        self.canv.setLineWidth(2)
        self.canv.line(4, 0, 4, self.height)
        self.canv.setFillColor(styles.INK)
        self.canv.setFont(fonts.REGULAR, _SIZE)
        for place, text in enumerate(self._lines):
            self.canv.drawString(_INSET, self.height - _LEADING * (place + 0.75), text)


class _Lines(Quotation):
    """Part of a quotation, already broken into lines."""

    def __init__(self, lines: list[str]) -> None:
        Flowable.__init__(self)
        self.spaceBefore, self.spaceAfter = 4, 6
        self._lines = lines
