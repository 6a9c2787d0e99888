"""The sheet of paper: A4, margins, page numbers section by section, metadata, outline."""

import hashlib
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from inspection.documents import fonts, styles
from inspection.documents.text import clean

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 30 * mm, 15 * mm, 20 * mm, 20 * mm
TEXT_WIDTH = WIDTH - LEFT - RIGHT
TEXT_HEIGHT = HEIGHT - TOP - BOTTOM

_NUMBER_BASELINE = HEIGHT - 13 * mm
_BAND_HEIGHT = 7 * mm


# ReportLab ships no types: what we subclass is Any to the type checker.
class NumberedPage(PageTemplate):  # type: ignore[misc]
    """Pages of one section, numbered from 1 in the middle of the top margin, the first silently.

    Source: Decree 30/2020/NĐ-CP, Annex I, part I.5 (each annex is numbered by itself).
    """

    def __init__(self, section: str) -> None:
        frame = Frame(
            LEFT, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        super().__init__(id=section, frames=[frame])
        self._number = 0

    def beforeDrawPage(self, canvas: Any, document: Any) -> None:  # noqa: ARG002, N802 - ReportLab's hook
        """Number the page."""
        self._number += 1
        if self._number > 1:
            canvas.setFont(fonts.REGULAR, styles.BODY_SIZE)
            canvas.drawCentredString(WIDTH / 2, _NUMBER_BASELINE, str(self._number))


class BandedPage(NumberedPage):
    """Numbered pages that each carry a warning across the top."""

    def __init__(self, section: str, *, band: str) -> None:
        super().__init__(section)
        self._band = band

    def beforeDrawPage(self, canvas: Any, document: Any) -> None:  # noqa: N802 - ReportLab's hook
        """Number the page, and draw the band above the number."""
        super().beforeDrawPage(canvas, document)
        floor = HEIGHT - _BAND_HEIGHT
        canvas.setFillColor(styles.BAND)
        canvas.rect(0, floor, WIDTH, _BAND_HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(styles.PAPER)
        canvas.setFont(fonts.BOLD, 11)
        canvas.drawCentredString(WIDTH / 2, floor + 2 * mm, self._band)
        canvas.setFillColor(styles.INK)


class Bookmark(Flowable):  # type: ignore[misc]
    """An entry of the outline, pointing at the place where it stands; takes no room."""

    _ZEROSIZE = True

    def __init__(self, title: str, *, level: int, key: str) -> None:
        super().__init__()
        self._entry = (clean(title).replace("\n", " "), key, level)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Nothing to see."""
        return 0, 0

    def draw(self) -> None:
        """Mark the place and list it."""
        title, key, level = self._entry
        # Type is drawn on baselines: show the heading below as well as what leads to it.
        self.canv.bookmarkHorizontal(key, 0, styles.BODY_LEADING)
        self.canv.addOutlineEntry(title, key, level=level, closed=level > 0)


class Outline:
    """Hands out bookmarks with keys that depend on nothing but their order."""

    def __init__(self) -> None:
        self._count = 0

    def mark(self, title: str, *, level: int) -> Bookmark:
        """The bookmark of the heading that follows."""
        self._count += 1
        return Bookmark(title, level=level, key=f"h{self._count}")


def print_story(
    story: list[Any],  # flowables; ReportLab ships no types
    *,
    into: BinaryIO | Path,
    sections: list[NumberedPage],
    title: str,
    author: str,
    subject: str,
    dated_on: date,
) -> None:
    """Lay the story out and write the PDF; the same story gives the same bytes."""
    document = BaseDocTemplate(
        str(into) if isinstance(into, Path) else into,
        pagesize=A4,
        pageTemplates=sections,
        title=clean(title),
        author=clean(author),
        subject=clean(subject),
        creator="Thanh Tra",
        lang="vi-VN",
        displayDocTitle=1,
        # Otherwise a page would name Helvetica, which is not embedded.
        initialFontName=fonts.REGULAR,
        invariant=1,
        pageCompression=1,
    )
    document.build(story, canvasmaker=partial(_DatedCanvas, dated_on=dated_on))


class _DatedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that takes its date and its identity from the document, not from the world."""

    def __init__(self, *arguments: Any, dated_on: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # ReportLab mixes SOURCE_DATE_EPOCH into both, even where it is told to be invariant.
        self._doc.signature = hashlib.md5(usedforsecurity=False)
        self.setDateFormatter(lambda *_: f"D:{dated_on:%Y%m%d}000000+07'00'")
