"""The lines behind a number: filters that live in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from api.charts import Point
from api.formats import Formats
from api.language import Translator
from api.pages.forms import Form, Refused, attempt_flow
from api.templating import WebRequest
from inspection.queries.evaluations import InputLine
from inspection.violations import MonthAmount, ViolationFilter, ViolationRow
from rules.pack import Pack

FILTERS: Final = ("rule_code", "verdict", "reason", "text", "amount_from", "amount_to")
EXCLUDED: Final = "exclude"
MOST_EXCLUDED: Final = 200  # an address holds no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A dated value a record was judged by, as a page names it."""

    title: str
    value: str
    unit: str
    starts_on: date | None
    ends_on: date | None
    basis: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the machine as a page shows it.

    Attributes:
        rule_class: Of its rule: what a hit is called depends on it.
        href: The evidence cell; empty where the line stands for a whole table.
        file: The name of the file as it was deposited; empty where the reader may not know it.
        digest: Its SHA-256; likewise.
    """

    row: ViolationRow
    rule_class: str
    message: str
    href: str
    file: str
    digest: str
    used: tuple[Used, ...]


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
    rows: Sequence[ViolationRow],
    *,
    pack: Pack,
    t: Translator,
    inputs: Sequence[InputLine],
    back: str = "",
) -> tuple[Line, ...]:
    """Join lines with their rules, and with the files they were read in.

    Args:
        rows: The lines.
        pack: The pack they were judged by.
        t: The language of the page.
        inputs: The files the reader may know of.
        back: Leads from the evidence to here.
    """
    # The same bytes may have come from two bodies: then they are the inspected one's own.
    files = {line.sha256: line for line in sorted(inputs, key=lambda one: one.is_own)}
    classes = {rule.code: rule.rule_class.value for rule in pack.rules}
    return tuple(
        Line(
            row=row,
            rule_class=classes[row.rule],
            message=row.message_vi if t.lang == "vi" else row.message_en,
            href=_href(row, files.get(row.file or ""), back),
            file=files[row.file].name if row.file in files else "",
            digest=row.file if row.file in files else "",
            used=tuple(_used(one, pack, t) for one in row.parameters),
        )
        for row in rows
    )


def _used(one: Mapping[str, object], pack: Pack, t: Translator) -> Used:
    parameter = pack.parameters[str(one["name"])]
    return Used(
        title=t.pick(parameter.title),
        value=t.formats.exact(str(one["value"])),
        unit=parameter.unit,
        starts_on=_day(one["from"]),
        ends_on=_day(one["to"]),
        basis=f"{one['provision']}, {one['document']}",
        is_confirmed=bool(one["confirmed"]),
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


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


def item_address(
    item_id: UUID, *, row: int, sheet: str | None, columns: Iterable[str], back: str
) -> str:
    """The page of a file at a row, with the columns a rule has read there."""
    place = {"row": row, "sheet": sheet, "columns": ",".join(sorted(columns)), "back": back}
    told = urlencode({name: value for name, value in place.items() if value})
    return f"/items/{item_id}?{told}#row-{row}"


def _href(row: ViolationRow, file: InputLine | None, back: str) -> str:
    if file is None or row.row is None:
        return ""
    columns = [name for name, _ in row.values]
    return item_address(file.item_id, row=row.row, sheet=row.sheet, columns=columns, back=back)
