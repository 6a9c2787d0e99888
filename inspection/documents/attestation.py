"""What papers about files share: a head, numbered sections, facts, and the list of the files.

Such a paper is made of one JSON document alone and proves nothing by itself; the document does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from reportlab.platypus import CondPageBreak, Spacer

from inspection.documents import styles
from inspection.documents.grid import Align, Grid, Row
from inspection.documents.page import Outline
from inspection.documents.tables import columns_of
from inspection.documents.text import markup
from inspection.documents.wording import VIETNAM, grouped, size
from inspection.screening.gates import NAMELESS

_LEAST_ROOM: Final = 120
_UNTOLD: Final = "(không nêu tên)"  # the letters of papers have no mark that hides a word

Said = Mapping[str, Any]  # a JSON document
Column = tuple[str, float, Align]


def head(title: str, body: str, text: str) -> list[Any]:  # flowables; ReportLab ships no types
    """The title, whose paper it is, and what it says in one sentence."""
    return [
        styles.line(title, styles.CENTRED),
        styles.line(markup(body), styles.CENTRED),
        Spacer(0, 6),
        styles.line(text, styles.BODY),
    ]


def section(title: str, outline: Outline) -> list[Any]:
    """The heading of a section, never alone at the foot of a page."""
    return [
        CondPageBreak(_LEAST_ROOM),
        outline.mark(title, level=0),
        styles.line(markup(title), styles.SECTION),
    ]


def facts(said: Sequence[tuple[str, str]]) -> Grid:
    """Names and values in two columns."""
    return Grid(
        columns=columns_of(("Mục", 0.265, Align.LEFT), ("Giá trị", 0.735, Align.LEFT)),
        rows=[Row(cells=fact) for fact in said],
        size=styles.TABLE_SIZE,
    )


def files(
    said: Sequence[Said], columns: Sequence[Column], cells: Callable[[Said], tuple[str, ...]]
) -> list[Any]:
    """How many files there are, and each with its name, size and digest.

    Args:
        said: `name`, `size_bytes` and `sha256` of each, and whatever `cells` reads.
        columns: All columns; the first four are place, name, size and digest.
        cells: What stands in the columns after those.
    """
    total = sum(one["size_bytes"] for one in said)
    return [
        styles.note(f"{grouped(len(said))} tệp, tổng dung lượng {size(total)}."),
        Grid(
            columns=columns_of(*columns),
            rows=(
                Row(
                    cells=(
                        grouped(place),
                        _UNTOLD if one["name"] == NAMELESS else one["name"],
                        f"{grouped(one['size_bytes'])} byte",
                        one["sha256"],
                        *cells(one),
                    )
                )
                for place, one in enumerate(said, start=1)
            ),
            size=styles.ANNEX_SIZE,
        ),
    ]


def written(at: str) -> str:
    """A moment of a JSON document as people in Vietnam write it, with the zone it is of."""
    local = datetime.fromisoformat(at).astimezone(VIETNAM)
    return f"{local:%d/%m/%Y %H:%M:%S} (UTC+7)"
