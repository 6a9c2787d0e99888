"""Tables of text that may be very long: rows are taken from their source page by page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reportlab.platypus import Flowable

from inspection.documents import fonts, styles
from inspection.documents.text import clean, wrap

_PAD = 3.0
_GAP = 6.0
_LEADING = 1.22
# A row of at most so many lines is never divided between pages.
_WHOLE_LINES = 8
_LEAST_LINES = 3


class Align(StrEnum):
    """Where text stands in its column."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its title, its width in points, and how its text is set."""

    title: str
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of one row, as many as there are columns; raw text."""

    cells: tuple[str, ...]
    face: str = fonts.REGULAR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A row broken into lines."""

    cells: tuple[list[str], ...]
    face: str

    @property
    def lines(self) -> int:
        return max(len(cell) for cell in self.cells)


class _Layout:
    """The columns and the type, and what they make of a row."""

    def __init__(self, columns: tuple[Column, ...], size: float) -> None:
        self.columns = columns
        self.size = size
        self.leading = size * _LEADING
        self.width = sum(column.width for column in columns)
        head = Row(cells=tuple(column.title for column in columns), face=fonts.BOLD)
        self.head = self.lay(head)

    def lay(self, row: Row) -> _Laid:
        """Break every cell into lines that fit its column."""
        cells = tuple(
            wrap(clean(cell), face=row.face, size=self.size, width=column.width - 2 * _PAD)
            for cell, column in zip(row.cells, self.columns, strict=True)
        )
        return _Laid(cells=cells, face=row.face)

    def height(self, row: _Laid) -> float:
        """Height of a row in points."""
        return row.lines * self.leading + 2 * _PAD


class _Source:
    """Rows not printed yet: a few laid out ahead, the others still with whoever gives them."""

    def __init__(self, rows: Iterable[Row], layout: _Layout) -> None:
        self._rows: Iterator[Row] = iter(rows)
        self._layout = layout
        self._ahead: list[_Laid] = []

    def fitting(self, height: float) -> tuple[int, float, bool]:
        """How many rows fit, how high they are, and whether nothing is left after them."""
        used, count = 0.0, 0
        while (row := self._peek(count)) is not None:
            needed = self._layout.height(row)
            if used + needed > height:
                return count, used, False
            used, count = used + needed, count + 1
        return count, used, True

    def take(self, count: int) -> list[_Laid]:
        """Remove and return the next rows."""
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        return taken

    def cut(self, height: float) -> _Laid | None:
        """Remove and return as many lines of a long next row as fit; None if too few would."""
        row = self._peek(0)
        fit = int((height - 2 * _PAD) / self._layout.leading)
        if row is None or row.lines <= _WHOLE_LINES or fit < _LEAST_LINES:
            return None
        upper = tuple(cell[:fit] for cell in row.cells)
        lower = tuple(cell[fit:] for cell in row.cells)
        self._ahead[0] = _Laid(cells=lower, face=row.face)
        return _Laid(cells=upper, face=row.face)

    def _peek(self, place: int) -> _Laid | None:
        while place >= len(self._ahead):
            row = next(self._rows, None)
            if row is None:
                return None
            self._ahead.append(self._layout.lay(row))
        return self._ahead[place]


# ReportLab ships no types: what we subclass is Any to the type checker.
class Grid(Flowable):  # type: ignore[misc]
    """A ruled table with its head repeated on every page; memory holds one page of it.

    ReportLab's own table lays out all rows before the first is drawn and cannot divide a row that
    is higher than a page.
    """

    def __init__(self, *, columns: tuple[Column, ...], rows: Iterable[Row], size: float) -> None:
        super().__init__()
        self._continue(_Layout(columns, size), rows)

    def _continue(self, layout: _Layout, rows: Iterable[Row]) -> None:
        self.spaceBefore = self.spaceAfter = _GAP
        self._layout = layout
        self._source = _Source(rows, layout)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The height of all rows if they fit, and more than there is if they do not."""
        head = self._layout.height(self._layout.head)
        _, used, is_all = self._source.fitting(height - head)
        self.width, self.height = width, head + used if is_all else height + 1
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Any]:
        """What fits on this page, and the rest."""
        room = height - self._layout.height(self._layout.head)
        count, used, is_all = self._source.fitting(room)
        rows = self._source.take(count)
        if not is_all and (part := self._source.cut(room - used)) is not None:
            rows.append(part)
        if not rows:
            return []
        page = _Rows(self._layout, rows)
        return [page] if is_all else [page, _Rest(self._layout, self._source)]

    def draw(self) -> None:
        """All that was left."""
        count, _, _ = self._source.fitting(self.height)
        _draw(self.canv, self._layout, self._source.take(count), top=self.height)


class _Rest(Grid):
    """The same grid on the next page; a new object, since ReportLab marks the one it moved on."""

    def __init__(self, layout: _Layout, source: _Source) -> None:
        Flowable.__init__(self)
        self.spaceAfter = _GAP
        self._layout = layout
        self._source = source


class _Rows(Flowable):  # type: ignore[misc]
    """The rows of one page."""

    def __init__(self, layout: _Layout, rows: list[_Laid]) -> None:
        super().__init__()
        self.spaceBefore = self.spaceAfter = _GAP
        self._layout = layout
        self._rows = rows
        self.height = layout.height(layout.head) + sum(map(layout.height, rows))

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """What was measured when the page was filled."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """The head and the rows."""
        _draw(self.canv, self._layout, self._rows, top=self.height)


def _draw(canvas: Any, layout: _Layout, rows: list[_Laid], *, top: float) -> None:
    canvas.setStrokeColor(styles.HAIRLINE)
    canvas.setLineWidth(0.4)
    canvas.setFillColor(styles.SHADE)
    head = layout.height(layout.head)
    canvas.rect(0, top - head, layout.width, head, stroke=0, fill=1)
    canvas.setFillColor(styles.INK)
    floors = [top]
    for row in [layout.head, *rows]:
        _draw_row(canvas, layout, row, top=floors[-1], is_head=row is layout.head)
        floors.append(floors[-1] - layout.height(row))
    edges = [0.0]
    for column in layout.columns:
        edges.append(edges[-1] + column.width)
    canvas.grid(edges, floors)


def _draw_row(canvas: Any, layout: _Layout, row: _Laid, *, top: float, is_head: bool) -> None:
    left = 0.0
    first = top - _PAD - layout.size * 0.92
    canvas.setFont(row.face, layout.size, layout.leading)
    for column, lines in zip(layout.columns, row.cells, strict=True):
        align = Align.CENTRE if is_head else column.align
        for place, text in enumerate(lines):
            baseline = first - place * layout.leading
            if align is Align.RIGHT:
                canvas.drawRightString(left + column.width - _PAD, baseline, text)
            elif align is Align.CENTRE:
                canvas.drawCentredString(left + column.width / 2, baseline, text)
            else:
                canvas.drawString(left + _PAD, baseline, text)
        left += column.width
