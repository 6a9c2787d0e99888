"""The lines behind a number: filters that live in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from api.charts import Point
from api.formats import Formats
from api.pages.forms import Form, Refused, attempt_flow
from api.templating import WebRequest
from inspection.queries.evaluations import InputLine
from inspection.violations import MonthAmount, ViolationFilter, ViolationRow

FILTERS: Final = ("rule_code", "verdict", "text", "amount_from", "amount_to")
EXCLUDED: Final = "exclude"
MOST_EXCLUDED: Final = 200  # an address holds no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the machine as a page shows it.

    Attributes:
        href: The evidence cell; empty where the line stands for a whole table.
        file: The name of the file the line was read in.
    """

    row: ViolationRow
    message: str
    href: str
    file: str


def read_filter(request: WebRequest) -> tuple[ViolationFilter, Form]:
    """Read the filter out of the address; a bound that is no number is shown, and left out."""
    typed = {name: request.query_params.get(name, "") for name in FILTERS}
    form = Form(values={name: (text,) for name, text in typed.items()})
    wanted = attempt_flow(lambda: ViolationFilter.from_dict(typed))
    if isinstance(wanted, Refused):
        rest = {**typed, "amount_from": "", "amount_to": ""}
        return ViolationFilter.from_dict(rest), Form(values=form.values, problems=wanted.problems)
    return wanted, form


def read_excluded(request: WebRequest) -> tuple[str, ...]:
    """Read the keys taken out of a selection."""
    keys = request.query_params.getall(EXCLUDED, [])
    return tuple(dict.fromkeys(key for key in keys if key))[:MOST_EXCLUDED]


def query_of(wanted: ViolationFilter, excluded: Sequence[str] = ()) -> str:
    """Write a filter, and what is taken out of it, for an address."""
    return urlencode([*wanted.as_dict().items(), *((EXCLUDED, key) for key in excluded)])


def show_lines(
    rows: Sequence[ViolationRow], *, lang: str, inputs: Sequence[InputLine], back: str = ""
) -> tuple[Line, ...]:
    """Join lines with the files they were read in; `back` leads from there to here."""
    files: Mapping[str, tuple[UUID, str]] = {
        line.sha256: (line.item_id, line.name) for line in inputs
    }
    return tuple(_line(row, lang, files, back) for row in rows)


def month_points(months: Sequence[MonthAmount], fmt: Formats) -> tuple[Point, ...]:
    """Take the amounts by month to a chart; in millions, as tables write them."""
    return tuple(
        Point(
            label=f"{month.month:%m/%Y}" if month.month else "–",
            value=float(month.amount or 0),
            text=fmt.short(month.amount or Decimal(0)),
        )
        for month in months
    )


def _line(row: ViolationRow, lang: str, files: Mapping[str, tuple[UUID, str]], back: str) -> Line:
    item_id, name = files.get(row.file or "", (None, ""))
    place = {"row": row.row, "sheet": row.sheet, "back": back}
    told = urlencode({name: value for name, value in place.items() if value})
    has_place = item_id is not None and row.row is not None
    return Line(
        row=row,
        message=row.message_vi if lang == "vi" else row.message_en,
        href=f"/items/{item_id}?{told}#row-{row.row}" if has_place else "",
        file=name,
    )
