"""Finding the one unit whose verdict is asked about, and judging no more than that takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.grouping import PARTS, ROWS, VERDICT
from rules.checks.row import RowCheck, verdict_of
from rules.checks.sets import SetCheck
from rules.checks.subject import prepared
from rules.errors import TraceError
from rules.evaluation.first_rows import with_first_row
from rules.evaluation.set_pass import parts_of
from rules.evaluation.subjects import Subject
from rules.evaluation.texts import unit_key
from rules.evaluation.trace import Place
from rules.formula import Value
from rules.formula.wording import text_of
from rules.rule import Unit, Verdict
from rules.table import FILE, ID, OWN, ROW, SHEET

_ENOUGH: Final = 2  # to know that it is not one
Frames = dict[str, pl.LazyFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One unit, judged.

    Attributes:
        unit: One line of a unit frame (`SetCheck.units`), with whatever is said of its first row.
        first: That row, prepared, with every column the rule needs; None where none of the rule's
            own table stands behind the unit.
        met_by: The texts of the key by which rows came together; None where all were looked at.
        facts: Measures behind the verdicts of these rows; the columns of FACTS.
    """

    unit: pl.DataFrame
    first: pl.DataFrame | None
    met_by: tuple[str | None, ...] | None = None
    facts: pl.DataFrame | None = None


def locate(
    compiled: CompiledRule,
    subjects: Mapping[str, Subject],
    *,
    place: Place | None,
    key: str | None,
    memory_bytes: int,
) -> Located:
    """Judge the unit at a place, or of a key, as `judge` would.

    Args:
        compiled: The rule.
        subjects: The tables, of which `check_tables` has found that the rule can run.
        place: Of any row of the unit.
        key: The unit's key as a person reads it (`unit_key` of a line).
        memory_bytes: What the rows looked at together may take, as for `judge`.

    Raises:
        TraceError: `trace.no_unit`, `trace.several_units`.
    """
    check, subject = compiled.check, subjects[compiled.rule.table]
    if isinstance(check, SetCheck) and compiled.rule.unit is not Unit.ROW:
        return _group(compiled, check, subjects, place=place, key=key, memory_bytes=memory_bytes)
    row = _only(compiled, _own_rows(compiled, subject, place=place, key=key))
    if isinstance(check, RowCheck):
        verdict = verdict_of(check, compiled.standing, compiled.setting)
        return Located(unit=row.with_columns(verdict.alias(VERDICT)), first=row)
    return _row_of_many(compiled, check, subjects, row)


def terms_of(compiled: CompiledRule, check: SetCheck) -> tuple[Value, ...]:
    """The key of a group over the rows of the rule's own table."""
    # What both sides of a comparison were brought to the same type for stands in `meet`.
    meet = check.meet.get(check.table, ())
    scope = compiled.setting.scope().listening()
    rest = check.key_names[len(meet) :]
    return (*meet, *(compiled.setting.term("check", text, scope) for text in rest))


def at_key(terms: Sequence[Value], texts: Sequence[str | None]) -> pl.Expr:
    """Whether a row has a key, given as texts."""
    pairs = zip(terms, texts, strict=False)
    same = (text_of(term).eq_missing(pl.lit(text, dtype=pl.String)) for term, text in pairs)
    return reduce(and_, same, pl.lit(True))


def _own_rows(
    compiled: CompiledRule, subject: Subject, *, place: Place | None, key: str | None
) -> pl.DataFrame:
    """The first own rows at a place and of a key, prepared: enough to know whether it is one."""
    names = subject.needed(compiled)
    frame = prepared(subject.table.frame, subject.table.contract, names, flagged=subject.flagged)
    wanted = frame.filter(pl.col(OWN), *_at(place))
    if key is not None:
        wanted = wanted.filter(unit_key(compiled, names) == key)
    return wanted.head(_ENOUGH).collect(engine="streaming")


def _at(place: Place | None) -> Iterator[pl.Expr]:
    if place is None:
        return
    yield pl.col(ROW) == place.row
    if place.file is not None:
        yield pl.col(FILE) == place.file
    if place.sheet is not None:
        yield pl.col(SHEET) == place.sheet


def _only(compiled: CompiledRule, found: pl.DataFrame) -> pl.DataFrame:
    if found.height != 1:
        code = "trace.several_units" if found.height else "trace.no_unit"
        raise TraceError(code, rule=compiled.rule.code, table=compiled.rule.table)
    return found


def _row_of_many(
    compiled: CompiledRule, check: SetCheck, subjects: Mapping[str, Subject], row: pl.DataFrame
) -> Located:
    met_by = _meeting(check, row)
    judged = check.judge(_narrowed(compiled, check, subjects, met_by), standing=compiled.standing)
    unit = judged.units.filter(pl.col(OWN), pl.col(ID) == row.item(0, ID))
    if unit.is_empty() and judged.met:
        # Kinds that hold no more than what is not met count the others.
        met = pl.lit(Verdict.MET.value).alias(VERDICT)
        unit = row.with_columns(met, pl.lit(1, dtype=pl.Int64).alias(ROWS))
    unit = _only(compiled, unit)
    return Located(
        unit=_beside(row, unit),
        first=row,
        met_by=met_by,
        facts=_of_groups([judged.facts], is_whole=met_by is None),
    )


def _group(
    compiled: CompiledRule,
    check: SetCheck,
    subjects: Mapping[str, Subject],
    *,
    place: Place | None,
    key: str | None,
    memory_bytes: int,
) -> Located:
    subject = subjects[check.table]
    row = None
    if place is not None:
        rows = _own_rows(compiled, subject, place=place, key=None)
        row = None if rows.is_empty() else _only(compiled, rows)
    met_by = None if row is None else _meeting(check, row)
    units, facts = [], []
    for frames in (
        parts_of(compiled, check, subjects, memory_bytes)
        if met_by is None
        else [_narrowed(compiled, check, subjects, met_by)]
    ):
        judged = check.judge(frames, standing=compiled.standing)
        own = judged.units.filter(pl.col(OWN))
        if row is not None:
            own = _of_row(compiled, check, own, row)
        elif place is not None:
            own = own.filter(*_at(place))
        units.append(own if key is None else _of_key(compiled, subject, own, key))
        facts.append(judged.facts)
    unit = _only(compiled, pl.concat(units, how="diagonal"))
    first = _first_row(compiled, subject, unit)
    told = with_first_row(unit, compiled, subject) if ID in unit.columns else unit
    return Located(
        unit=told if first is None else _beside(first, unit),
        first=first,
        met_by=met_by if met_by is not None else _meeting_of(check, unit, first),
        facts=_of_groups(facts, is_whole=met_by is None and len(facts) == 1),
    )


def _of_row(
    compiled: CompiledRule, check: SetCheck, units: pl.DataFrame, row: pl.DataFrame
) -> pl.DataFrame:
    """Of the units of the rows that came together with a row, the one it belongs to."""
    if compiled.rule.unit is Unit.TABLE:
        return units
    if PARTS not in units.columns:
        return _begun_by(units, row)
    terms = terms_of(compiled, check)
    texts = _texts(terms, row)
    same = pl.col(PARTS).list.eval(pl.element().fill_null("")).list.join("\x1f")
    group = units.filter(pl.col(PARTS).is_not_null(), same == "\x1f".join(t or "" for t in texts))
    # A row whose key cannot be compared is a unit of its own.
    return group if group.height else _begun_by(units, row)


def _begun_by(units: pl.DataFrame, row: pl.DataFrame) -> pl.DataFrame:
    return units.filter(pl.col(ID) == row.item(0, ID)) if ID in units.columns else units.clear()


def _of_key(
    compiled: CompiledRule, subject: Subject, units: pl.DataFrame, key: str
) -> pl.DataFrame:
    told = with_first_row(units, compiled, subject) if ID in units.columns else units
    return units.filter(told.select(unit_key(compiled, frozenset(told.columns)) == key).to_series())


def _first_row(compiled: CompiledRule, subject: Subject, unit: pl.DataFrame) -> pl.DataFrame | None:
    number = unit.item(0, ID) if ID in unit.columns else None
    if number is None:
        return None
    names, table = subject.needed(compiled), subject.table
    frame = prepared(table.frame, table.contract, names, flagged=subject.flagged)
    return frame.filter(pl.col(ID) == number).collect(engine="streaming")


def _beside(first: pl.DataFrame, unit: pl.DataFrame) -> pl.DataFrame:
    """The row as it is, and beside it what was judged of its unit."""
    return first.hstack(unit.select(name for name in unit.columns if name not in first.columns))


def _meeting(check: SetCheck, row: pl.DataFrame) -> tuple[str | None, ...] | None:
    terms = check.meet.get(check.table)
    if not terms:
        return None
    return _texts(terms, row)


def _texts(terms: Sequence[Value], row: pl.DataFrame) -> tuple[str | None, ...]:
    named = [text_of(term).alias(f"t{at}") for at, term in enumerate(terms)]
    return row.select(named).row(0) if named else ()


def _meeting_of(
    check: SetCheck, unit: pl.DataFrame, first: pl.DataFrame | None
) -> tuple[str | None, ...] | None:
    """The same of a group; one without a row of ours has only the texts of its key."""
    terms = check.meet.get(check.table)
    if first is not None or not terms:
        return None if first is None else _meeting(check, first)
    parts = unit.item(0, PARTS) if PARTS in unit.columns else None
    return None if parts is None else tuple(parts.to_list()[: len(terms)])


def _narrowed(
    compiled: CompiledRule,
    check: SetCheck,
    subjects: Mapping[str, Subject],
    met_by: tuple[str | None, ...] | None,
) -> Frames:
    """The tables without the rows that have nothing to do with a key.

    Whole keys are judged as the whole table is: the same law lets `judge` work in parts.
    """
    (frames,) = parts_of(compiled, check, subjects, memory_bytes=None)
    if met_by is None:
        return frames
    return {
        name: frame.filter(at_key(check.meet[name], met_by)) if name in check.meet else frame
        for name, frame in frames.items()
    }


def _of_groups(facts: Sequence[pl.DataFrame | None], *, is_whole: bool) -> pl.DataFrame | None:
    """The measures; those of a whole table are none where only a part of it was looked at."""
    some = [one for one in facts if one is not None]
    if not some:
        return None
    every = pl.concat(some)
    return every if is_whole else every.filter(pl.col("group").is_not_null())
