"""A trace as text for people, in either language, and as JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from api.checking.chain import Evidence
from api.checking.screen import why_not
from api.language import Translator
from rules.evaluation.trace import Input, Trace, TracedFormula, TracedRow, TracedRows

_INDENT: Final = "  "


def as_data(trace: Trace) -> str:
    """The whole trace as JSON, names as in `rules.evaluation.trace`."""
    return json.dumps(_plain(trace), ensure_ascii=False, indent=2) + "\n"


def told(trace: Trace, evidence: Evidence, *, say: Translator) -> str:
    """The trace as paragraphs.

    Args:
        trace: The trace.
        evidence: What it was made over, for the names of the files.
        say: The language of the reader.
    """
    names = {one.sha256: one.path.name for one in evidence.files}
    parts = (
        _heading(trace, names, say),
        _verdict(trace, evidence, say),
        _standing(trace, say),
        _parameters(trace, say),
        _titled(say("explained.inputs"), (_input(one, say) for one in trace.inputs)),
        _formulas(trace, say),
        _figures(trace, say),
        *(_compared(one, names, say) for one in trace.compared),
        _facts(trace, say),
        [say("explained.made_of", pack=trace.pack, digest=trace.pack_digest, day=trace.as_of)],
    )
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _heading(trace: Trace, names: Mapping[str, str], say: Translator) -> Iterable[str]:
    rule = trace.rule
    yield f"{rule.code} · {say.pick(rule.title)}"
    basis = say("explained.basis", document=rule.basis.document, provision=rule.basis.provision)
    unconfirmed = say("explained.unconfirmed")
    yield basis if rule.basis.confirmed else f"{basis} {unconfirmed}"
    if trace.unit_key is None:
        return
    place = ""
    if trace.place is not None:
        file = names.get(trace.place.file or "", "")
        where = (file, trace.place.sheet, say("explained.row", row=str(trace.place.row)))
        place = ", ".join(one for one in where if one)
    yield say("explained.unit", key=trace.unit_key, table=rule.table, place=place or "–")


def _verdict(trace: Trace, evidence: Evidence, say: Translator) -> Iterable[str]:
    if trace.verdict is None:
        yield say("explained.verdict", verdict=say("verdict.error"))
        yield why_not(trace, evidence.unread, say)
        return
    verdict = trace.verdict.value.replace(" ", "_")
    yield say("explained.verdict", verdict=say(f"verdict.{verdict}"))
    if trace.reason is not None:
        yield say(f"line.reason.{trace.reason}")
    if trace.message is not None:
        yield say.pick(trace.message)


def _standing(trace: Trace, say: Translator) -> Iterable[str]:
    period = trace.in_force
    dates = _dates(period.starts_on, period.ends_on, say)
    by = say("explained.day_of_run") if period.dated_by is None else period.dated_by
    codes = {None: "explained.unknown", True: "explained.inside", False: "explained.outside"}
    holds = say(codes[period.holds])
    yield say("explained.in_force", dates=dates, by=by, on=_day(period.on, say), holds=holds)
    if trace.applies is not None:
        yield say("explained.applies")
        yield from _steps(trace.applies, say)


def _parameters(trace: Trace, say: Translator) -> Iterable[str]:
    lines = []
    for one in trace.parameters:
        name, on = one.parameter.name, _day(one.on, say)
        if one.value is None:
            lines.append(say("explained.no_value", name=name, on=on))
            continue
        dates = _dates(one.value.starts_on, one.value.ends_on, say)
        basis = f"{one.value.basis.document}, {one.value.basis.provision}"
        facts = {"name": name, "value": one.text, "unit": one.parameter.unit, "dates": dates}
        lines.append(say("explained.value", on=on, basis=basis, **facts))
    return _titled(say("explained.parameters"), lines)


def _input(one: Input, say: Translator) -> str:
    label = "" if one.label is None else f" ({say.pick(one.label)})"
    value = _value(one.value)
    if one.is_unreadable:
        value = say("explained.unreadable", found="…" if one.found is None else one.found)
    return f"{one.column}{label} = {value}"


def _formulas(trace: Trace, say: Translator) -> Iterable[str]:
    lines = []
    for one in trace.formulas:
        lines.append(f"{one.where}: {one.text}")
        lines += _steps(one, say)
    if trace.formulas_left_out:
        lines.append(say("explained.more", count=trace.formulas_left_out))
    return _titled(say("explained.formulas"), lines)


def _steps(formula: TracedFormula, say: Translator) -> Iterable[str]:
    if not formula.steps:
        yield f"{_INDENT}{formula.text}"
    cut = say("explained.cut")
    for step in formula.steps:
        mark = f" {cut}" if step.is_cut else ""
        yield f"{_INDENT}{step.text} = {_value(step.value)}{mark}"


def _figures(trace: Trace, say: Translator) -> Iterable[str]:
    figures = (
        ("explained.group", trace.group),
        ("explained.rows", None if trace.rows is None else str(trace.rows)),
        ("explained.found", trace.found),
        ("explained.expected", trace.expected),
        ("explained.difference", trace.difference),
        ("explained.amount", trace.amount),
    )
    return [say(code, value=value) for code, value in figures if value is not None]


def _compared(part: TracedRows, names: Mapping[str, str], say: Translator) -> Iterable[str]:
    key = " · ".join(_value(text) for text in part.key)
    code = "explained.compared" if key else "explained.compared_all"
    lines = [_row(one, names, say) for one in part.rows]
    if part.left_out:
        lines.append(say("explained.more", count=part.left_out))
    yield say(code, table=part.table, key=key, rows=part.count)
    yield from (f"{_INDENT}{line}" for line in lines)


def _row(one: TracedRow, names: Mapping[str, str], say: Translator) -> str:
    where = (names.get(one.file or "", ""), one.sheet, say("explained.row", row=str(one.row)))
    cells = ", ".join(f"{name} = {_value(value)}" for name, value in one.values.items())
    notes = []
    if one.standing is not None:
        is_out = one.standing == "out"
        notes.append(say("verdict.not_applicable" if is_out else f"line.reason.{one.standing}"))
    if not one.is_own:
        notes.append(say("explained.foreign"))
    mark = "*" if one.is_of_unit else "-"
    note = f" [{'; '.join(notes)}]" if notes else ""
    return f"{mark} {', '.join(part for part in where if part)}: {cells}{note}"


def _facts(trace: Trace, say: Translator) -> Iterable[str]:
    lines = [
        " · ".join(part for part in (one.group, one.item, one.measure) if part) + f" = {one.value}"
        for one in trace.facts
    ]
    if trace.facts_left_out:
        lines.append(say("explained.more", count=trace.facts_left_out))
    return _titled(say("explained.facts"), lines)


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    some = [f"{_INDENT}{line}" for line in lines]
    return [title, *some] if some else []


def _value(text: str | None) -> str:
    return "–" if text is None else text


def _day(on: date | None, say: Translator) -> str:
    return "–" if on is None else say.formats.day(on)


def _dates(first: date | None, last: date | None, say: Translator) -> str:
    if first is None and last is None:
        return say("explained.always")
    return f"{_day(first, say)} – {_day(last, say)}"


def _plain(value: object) -> object:
    """A value of the trace as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    plain = value
    match value:
        case StrEnum():
            plain = value.value
        case date() | time():
            plain = value.isoformat()
        case Decimal():
            plain = f"{value:f}"
        case Mapping():
            plain = {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            plain = [_plain(one) for one in value]
    return plain
