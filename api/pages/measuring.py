"""Pages: the measures behind the verdicts of a rule, as a picture and as a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.charts import Expected, Point
from api.formats import Formats
from api.language import Translator
from api.packs import kept_pack
from api.pages import results
from api.pages.campaigns import INSPECTORS
from api.pages.paging import paging, read_page
from api.pages.visit import Visit
from inspection.errors import NotFoundError
from inspection.measures import (
    MeasuredGroup,
    MeasuredItem,
    MeasuredSlice,
    list_measured_rules,
    read_measures,
)
from inspection.queries import evaluations
from inspection.queries.evaluations import EvaluationPage
from rules.checks.benford_law import IN_VIETNAMESE, Conformity

GROUPS: Final = 10
# What is drawn of a group, the first of them that it has, and what it is held against.
DRAWN: Final = (
    ("share", "expected_share"),
    ("share_of_sum", None),
    ("share_of_count", None),
    ("count", None),
    ("sum", None),
    ("found", "declared"),
)
# Shares are drawn and told as percentages.
SHARES: Final = frozenset(
    {
        *("share", "expected_share", "share_of_count", "share_of_sum"),
        *("share_of_largest", "share_of_multiples"),
    }
)
# What stands between two fences.
MIDDLE: Final = ("first_quartile", "median", "mean", "third_quartile")
# What a group as a whole, its rows, its values and its fence were found to be: no item of a list.
WHOLE: Final = ("rows", "values", "fence", "all")
MEASURES: Final = (
    *("applying", "zero", "negative", "left_out", "unknown", "taking_part", "counted"),
    *("numbers", "multiples", "below", "above", "parties", "texts"),
    *("observed", "expected", "difference", "share", "expected_share", "z", "rank"),
    *("mad", "conformity", "excess_mad", "chi_square", "degrees_of_freedom", "ks", "ks_critical"),
    *("mantissa_mean", "mantissa_variance", "mantissa_skewness", "mantissa_excess_kurtosis"),
    *("mantissa_arc_l2", "mantissa_arc_p", "distortion_factor"),
    *("count", "sum", "share_of_count", "share_of_sum", "without_amount"),
    *("share_of_largest", "hhi", "found", "declared", "without_record", "without_key"),
    *("first_quartile", "third_quartile", "interquartile_range", "mean", "variance"),
    *("median", "median_absolute_deviation", "least", "most"),
)
CONFORMITY: Final = "conformity"
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_LABELS: Final = (
    (re.compile(rf"<(?P<most>{_NUMBER})"), "below"),
    (re.compile(rf"(?P<least>{_NUMBER})-<(?P<most>{_NUMBER})"), "between"),
    (re.compile(rf">=(?P<least>{_NUMBER})"), "from"),
    (re.compile(rf"number (?P<value>{_NUMBER})"), "number"),
)
_PLACES: Final = 4
_SMALL: Final = Decimal("0.001")
_PICTURE_LEAST: Final = 2  # of one thing there is nothing to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was measured, in words; `values` by the name of the measure, as written."""

    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Items that were measured in the same way: the rows and columns of one table."""

    measures: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One group as a page shows it.

    Attributes:
        drawn: The name of the measure in the picture; empty where there is nothing to draw.
        is_expected: The picture has expectations.
        fences: What lies between the fences, and they themselves, where the rule has set some.
    """

    group: str | None
    whole: tuple[Item, ...]
    sheets: tuple[Sheet, ...]
    drawn: str
    is_expected: bool
    points: tuple[Expected, ...]
    fences: tuple[Point, ...]


class MeasurePages(Controller):
    """Digits, fences, strata and shares: where to look, and proof of nothing."""

    path = "/evaluations/{evaluation_id:uuid}/measures"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(
        self,
        visit: NamedDependency[Visit],
        evaluation_id: FromPath[UUID],
        rule_code: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        """Show what a rule has measured, group by group."""
        run = evaluations.get_evaluation(
            visit.session, actor=visit.actor, evaluation_id=evaluation_id
        )
        rules = results.rules_of(kept_pack(visit.storage, run.pack_digest), visit.shell.t)
        if run.facts_sha256 is None or rule_code not in measured_rules(visit, run):
            raise NotFoundError
        found = read_page(
            lambda offset: _read(visit, run, rule_code, offset), page=page, size=GROUPS
        )
        context = {
            "run": run,
            "rule": rules[rule_code],
            "tally": next(one for one in run.tallies if one.rule_code == rule_code),
            "groups": [show_group(one, visit.shell.t) for one in found.groups],
            "total": found.total,
            "paging": paging(
                path=visit.shell.path,
                query={"rule_code": rule_code},
                page=page,
                total=found.total,
                size=GROUPS,
            ),
        }
        return visit.shell.page("evaluations/measures.html", context)


def measured_rules(visit: Visit, run: EvaluationPage) -> tuple[str, ...]:
    """List the rules of a run that measured something; of runs from before, none."""
    if run.facts_sha256 is None:
        return ()
    return list_measured_rules(visit.storage, visit.cache, facts_sha256=run.facts_sha256)


def show_group(group: MeasuredGroup, t: Translator) -> Measured:
    """Lay out one group: what holds of it as a whole, its items in tables, and the picture."""
    items = [one for one in group.items if one.item not in WHOLE]
    sheets: dict[str, list[MeasuredItem]] = {}
    for one in items:
        # Digits are measured otherwise than the amounts that occur most often.
        sheets.setdefault(next(iter(one.values)), []).append(one)
    drawn, against = _choose(items)
    return Measured(
        group=group.group,
        whole=tuple(_item(one, t) for one in group.items if one.item in WHOLE),
        sheets=tuple(_sheet(some, t) for some in sheets.values()),
        drawn=drawn,
        is_expected=against is not None,
        fences=_fences(group, t),
        points=tuple(
            _point(one, drawn, against, t) for one in items if drawn and drawn in one.values
        ),
    )


def _fences(group: MeasuredGroup, t: Translator) -> tuple[Point, ...]:
    values = {one.item: one.values for one in group.items}
    marks = {**values.get("values", {}), **values.get("fence", {})}
    if not {"least", "most"} <= marks.keys():
        return ()
    return tuple(
        Point(
            label=t(f"measure.{name}"),
            value=float(marks[name]),
            text=written(name, marks[name], t),
        )
        for name in ("least", *MIDDLE, "most")
        if name in marks
    )


def label_of(item: str, t: Translator) -> str:
    """Say what was measured: a whole, a stratum between its bounds, or a name as it stands."""
    if item in WHOLE:
        return t(f"measured.{item}")
    for pattern, code in _LABELS:
        if found := pattern.fullmatch(item):
            bounds = {name: t.formats.exact(text) for name, text in found.groupdict().items()}
            return t(f"measured.{code}", **bounds)
    return item


def written(measure: str, value: str, t: Translator) -> str:
    """Write one measured value: shares as percentages, other numbers exactly."""
    if measure in SHARES:
        # Adding nought takes the sign off a nought.
        return f"{t.formats.decimal(100 * Decimal(value) + 0, 2)} %"
    if measure == CONFORMITY and t.lang == "vi":
        return IN_VIETNAMESE[Conformity(value)]
    return _figure(value, t.formats)


def _figure(value: str, fmt: Formats) -> str:
    """Write a figure with four places; a small one with all it has, so that none looks like nought.

    Counts and amounts have fewer, and stay exact; every place stands in the JSON.
    """
    if not re.fullmatch(_NUMBER, value):
        return value
    number = Decimal(value)
    if len(value.partition(".")[2]) <= _PLACES or abs(number) < _SMALL:
        return fmt.exact(value)
    return fmt.decimal(number, _PLACES)


def _item(one: MeasuredItem, t: Translator) -> Item:
    values = {measure: written(measure, value, t) for measure, value in one.values.items()}
    return Item(label=label_of(one.item, t), values=values)


def _sheet(items: Sequence[MeasuredItem], t: Translator) -> Sheet:
    measures = tuple(dict.fromkeys(measure for one in items for measure in one.values))
    return Sheet(measures=measures, items=tuple(_item(one, t) for one in items))


def _read(visit: Visit, run: EvaluationPage, rule_code: str, offset: int) -> MeasuredSlice:
    return read_measures(
        visit.storage,
        visit.cache,
        facts_sha256=run.facts_sha256 or "",
        rule_code=rule_code,
        offset=offset,
        limit=GROUPS,
    )


def _choose(items: Sequence[MeasuredItem]) -> tuple[str, str | None]:
    for measure, against in DRAWN:
        having = [one for one in items if measure in one.values]
        if len(having) >= _PICTURE_LEAST:
            return measure, against
    return "", None


def _point(item: MeasuredItem, drawn: str, against: str | None, t: Translator) -> Expected:
    expected = item.values.get(against) if against else None
    return Expected(
        label=label_of(item.item, t),
        value=float(item.values[drawn]),
        expected=None if expected is None else float(expected),
        text=written(drawn, item.values[drawn], t),
    )
