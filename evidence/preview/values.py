"""What a preview is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsPreview:
    """The first rows of a table, as text.

    Attributes:
        sheets: The names of all sheets; empty for a text file.
        sheet: Which of them is shown, from 1.
        total_rows: How many there are or, where not all were counted, at least.
        is_counted: All were counted: a large text is counted in its beginning only.
        total_columns: Of the widest row that was counted.
        is_shortened: A text is longer than what is shown of it.
    """

    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]
    sheet: int
    total_rows: int
    is_counted: bool
    total_columns: int
    is_shortened: bool

    @property
    def shown_columns(self) -> int:
        """The cells of the widest row shown."""
        return max((len(row) for row in self.rows), default=0)

    @property
    def is_cut(self) -> bool:
        """There are more rows, more columns, or longer texts than are shown."""
        return (
            not self.is_counted
            or self.is_shortened
            or self.total_rows > len(self.rows)
            or self.total_columns > self.shown_columns
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePreview:
    """One page, painted; the picture lies in the folder that was given.

    Attributes:
        page: From 1.
        is_cut: It is shown smaller than it is, or there are more pages than can be shown.
    """

    page: int
    pages: int
    width: int
    height: int
    is_cut: bool
