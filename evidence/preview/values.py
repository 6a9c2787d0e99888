"""What a preview is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsPreview:
    """The first rows of a table, as text.

    Attributes:
        sheets: The names of all sheets; empty for a text file.
        sheet: Which of them is shown, from 1.
        is_cut: There are more rows, more columns, or longer texts than are shown.
    """

    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]
    sheet: int
    is_cut: bool


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
