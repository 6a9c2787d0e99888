"""The head of a document: cells 1 to 5a, and the heads of its annexes.

Source: Decree 30/2020/NĐ-CP, Annex I, part II.1, items 1 to 5, and part III.
"""

from typing import Any

from reportlab.platypus import Flowable, Spacer

from inspection.documents import fonts, styles
from inspection.documents.bodies import name_lines
from inspection.documents.page import TEXT_WIDTH
from inspection.documents.text import clean, markup, wrap
from inspection.documents.values.conclusion import ConclusionDocument
from inspection.documents.wording import in_words, padded

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

_LEFT_SHARE = 0.43
_LEADING = 15.5
_GAP = 6.0
# The line under the issuing body is a third to a half as long as the name.
_SHORT = 0.4
# More lines of names than so many, at full size, and the names are set smaller.
_MOST_LINES = 10
_LEAST_SIZE = 3.0


def reference(document: ConclusionDocument) -> str:
    """Number and symbol, such as `05/KL-TTr`."""
    return f"{padded(document.number)}/{document.symbol}"


def title_cells(document: ConclusionDocument) -> list[Any]:
    """Everything above the legal bases; `Any` because ReportLab ships no types."""
    return [
        Masthead(document),
        Spacer(0, 12),
        styles.line("KẾT LUẬN THANH TRA", styles.CENTRED),
        *_centred(document.subject),
        ShortLine(clean(document.subject)),
        Spacer(0, 10),
    ]


def annex_cells(document: ConclusionDocument, *, number: str, title: str) -> list[Any]:
    """The head of one annex; number and day are left blank, as on every electronic document."""
    gap = "\u00a0" * 6
    belongs = f"(Kèm theo Kết luận thanh tra số{gap}/{document.symbol} ngày{gap}/{gap}/{gap})"
    return [
        styles.line(f"Phụ lục {number}", styles.CENTRED),
        styles.line(markup(title), styles.CENTRED),
        styles.line(markup(belongs), styles.CENTRED_ITALIC),
        Spacer(0, 8),
    ]


def _centred(text: str) -> list[Any]:
    return [styles.line(markup(part), styles.CENTRED_TIGHT) for part in clean(text).split("\n")]


# ReportLab ships no types: what we subclass is Any to the type checker.
class ShortLine(Flowable):  # type: ignore[misc]
    """A centred line, two fifths as long as the text above it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        widest = max(wrap(text, face=fonts.BOLD, size=styles.BODY_SIZE, width=TEXT_WIDTH), key=len)
        self._length = _SHORT * fonts.width_of(widest, face=fonts.BOLD, size=styles.BODY_SIZE)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """A line and the room above it."""
        self.width, self.height = width, 5
        return self.width, self.height

    def draw(self) -> None:
        """Centre it."""
        _rule(self.canv, self.width / 2, 1, self._length)


class Masthead(Flowable):  # type: ignore[misc]
    """Cells 1 to 4: the bodies and the number at the left; nation, motto, place and day right."""

    def __init__(self, document: ConclusionDocument) -> None:
        super().__init__()
        self._left = TEXT_WIDTH * _LEFT_SHARE
        self._right = TEXT_WIDTH - self._left
        room = self._left - _GAP
        self._size = _fitting_size(document, width=room)
        self._leading = _LEADING * self._size / styles.NATION_SIZE
        self._managing = name_lines(
            document.managing_body, face=fonts.REGULAR, size=self._size, width=room
        )
        self._issuing = name_lines(
            document.issuing_body, face=fonts.BOLD, size=self._size, width=room
        )
        number = clean(f"Số: {reference(document)}")
        self._number = wrap(number, face=fonts.REGULAR, size=styles.BODY_SIZE, width=room)
        day = clean(f"{document.place}, {in_words(document.signed_on)}")
        self._day = wrap(day, face=fonts.ITALIC, size=styles.BODY_SIZE, width=self._right)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The bodies, a line, and the row of number and day."""
        names = (len(self._managing) + len(self._issuing)) * self._leading
        self._row = max(names, 2 * _LEADING) + 14
        below = max(len(self._day), len(self._number)) * _LEADING
        self.width, self.height = width, self._row + below
        return self.width, self.height

    def draw(self) -> None:
        """Both columns, each centred in itself."""
        canvas = self.canv
        canvas.setFillColor(styles.INK)
        left, right = self._left / 2, self._left + self._right / 2
        floor = self.height
        for face, lines in ((fonts.REGULAR, self._managing), (fonts.BOLD, self._issuing)):
            canvas.setFont(face, self._size)
            for text in lines:
                floor -= self._leading
                canvas.drawCentredString(left, floor + 3.5, text)
        widest = max(
            fonts.width_of(text, face=fonts.BOLD, size=self._size) for text in self._issuing
        )
        _rule(canvas, left, floor - 2.5, widest * _SHORT)

        canvas.setFont(fonts.BOLD, styles.NATION_SIZE)
        canvas.drawCentredString(right, self.height - _LEADING + 3.5, NATION)
        canvas.setFont(fonts.BOLD, styles.BODY_SIZE)
        canvas.drawCentredString(right, self.height - 2 * _LEADING + 3.5, MOTTO)
        motto = fonts.width_of(MOTTO, face=fonts.BOLD, size=styles.BODY_SIZE)
        _rule(canvas, right, self.height - 2 * _LEADING - 2.5, motto)

        first = self.height - self._row - _LEADING + 3.5
        canvas.setFont(fonts.REGULAR, styles.BODY_SIZE)
        for place, text in enumerate(self._number):
            canvas.drawCentredString(left, first - place * _LEADING, text)
        canvas.setFont(fonts.ITALIC, styles.BODY_SIZE)
        for place, text in enumerate(self._day):
            canvas.drawCentredString(right, first - place * _LEADING, text)


def _fitting_size(document: ConclusionDocument, *, width: float) -> float:
    """The size at which both names stand in a few lines: very long names are set smaller."""
    names = clean(f"{document.managing_body}\n{document.issuing_body}").upper()
    size = float(styles.NATION_SIZE)
    while size > _LEAST_SIZE:
        lines = wrap(names, face=fonts.BOLD, size=size, width=width)
        if len(lines) * size <= _MOST_LINES * styles.NATION_SIZE:
            break
        size -= 1
    return size


def _rule(canvas: Any, middle: float, height: float, length: float) -> None:
    canvas.setStrokeColor(styles.INK)
    canvas.setLineWidth(0.7)
    canvas.line(middle - length / 2, height, middle + length / 2, height)
