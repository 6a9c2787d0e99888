"""Charts as SVG text, drawn on the server from plain values.

No inline style: the content policy forbids it; colours come from classes of `css/charts.css`.
Every chart stands above a table with the same numbers, so screen readers skip the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from markupsafe import Markup

VERDICTS: Final = ("violated", "undetermined", "error", "met", "not_applicable")
# Over rules of several classes: hits of risk and quality rules never stand among violations.
OUTCOMES: Final = ("violated", "risk", "quality", *VERDICTS[1:])
# What a hit of a rule is called and drawn as, by the class of the rule.
HITS: Final = {"violation": "violated", "risk": "risk", "quality": "quality"}
SIGNS: Final = {
    "met": "●",
    "violated": "▲",
    "risk": "△",
    "quality": "▽",
    "undetermined": "◆",
    "not_applicable": "○",
    "error": "✕",
}
_BAR: Final = 1000  # width of a bar in its own units; the page stretches it
_LETTER: Final = 7  # what a letter of a name takes
_NARROWEST: Final = 6
_SHORT_NAME: Final = 45  # digits
_LONGEST_NAME: Final = 240
_ROOM_FOR_VALUES: Final = 60  # where columns stand closer, values are told by the table alone
_THINNEST: Final = 4  # what is there must be seen, be it one in a million


class Counts(Protocol):
    """How the units of a rule, or of many, ended."""

    @property
    def met(self) -> int: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def violated(self) -> int: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def undetermined(self) -> int: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def not_applicable(self) -> int: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def error(self) -> int: ...  # noqa: D102 - the protocol's docstring says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One labelled value of a chart; `text` is the value as the page writes it."""

    label: str
    value: float
    text: str


def verdict_bar(counts: Counts, label: str, *, hit: str = "violated") -> Markup:
    """Draw the verdicts of one rule as a stacked bar.

    Args:
        counts: The five counts.
        label: The same in words.
        hit: How hits are drawn, one of HITS.
    """
    names = (hit, *VERDICTS[1:])
    return _stacked([(n, getattr(counts, v)) for n, v in zip(names, VERDICTS, strict=True)], label)


def outcome_bar(counts: object, label: str) -> Markup:
    """Draw the outcomes of rules of several classes; `counts` has a number for each of OUTCOMES."""
    return _stacked([(name, getattr(counts, name)) for name in OUTCOMES], label)


def _stacked(parts: Sequence[tuple[str, int]], label: str) -> Markup:
    total = sum(count for _, count in parts)
    x = 0.0
    drawn = []
    for verdict, width in _widths(parts, total):
        drawn.append(
            f'<rect class="v-{verdict}" x="{x:.1f}" y="0" width="{width:.1f}" height="10"/>'
        )
        x += width
    return Markup(
        '<svg class="verdict-bar" viewBox="0 0 {bar} 10" preserveAspectRatio="none" role="img" '
        'aria-label="{label}"><rect class="v-none" x="0" y="0" width="{bar}" height="10"/>{parts}'
        "</svg>"
    ).format(bar=_BAR, label=label, parts=Markup("").join(Markup(part) for part in drawn))  # noqa: S704 - numbers and our own class names only


def columns(points: Sequence[Point], label: str) -> Markup:
    """Draw columns side by side, each named below and valued above: amounts by month."""
    height, step = 180, 64
    width = max(step * len(points), step)
    most = max((point.value for point in points), default=0) or 1
    drawn = Markup("").join(
        Markup(
            '<rect class="column" x="{x}" y="{y:.1f}" width="32" height="{h:.1f}"/>'
            '<text class="value" x="{middle}" y="{above:.1f}">{text}</text>'
            '<text class="name" x="{middle}" y="{below}">{name}</text>'
        ).format(
            x=step * i + 16,
            middle=step * i + 32,
            y=height - 24 - _share(point.value, most, height - 48),
            h=_share(point.value, most, height - 48),
            above=height - 30 - _share(point.value, most, height - 48),
            below=height - 6,
            text=point.text,
            name=point.label,
        )
        for i, point in enumerate(points)
    )
    return _figure(drawn, width=width, height=height, label=label, kind="columns")


def dots(points: Sequence[Point], label: str) -> Markup:
    """Draw one dot a line, in the order given: organizations, most first."""
    line, left, width = 28, 220, 640
    most = max((point.value for point in points), default=0) or 1
    drawn = Markup("").join(
        Markup(
            '<text class="name" x="{end}" y="{base}">{name}</text>'
            '<line class="track" x1="{left}" x2="{x:.1f}" y1="{y}" y2="{y}"/>'
            '<circle class="dot" cx="{x:.1f}" cy="{y}" r="5"/>'
            '<text class="value" x="{after:.1f}" y="{base}">{text}</text>'
        ).format(
            name=_short(point.label),
            end=left - 12,
            base=line * i + 18,
            left=left,
            y=line * i + 14,
            x=left + _share(point.value, most, width - left - 90),
            after=left + _share(point.value, most, width - left - 90) + 12,
            text=point.text,
        )
        for i, point in enumerate(points)
    )
    return _figure(drawn, width=width, height=line * max(len(points), 1), label=label, kind="dots")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A value beside what was expected of it; without an expectation only the value is drawn."""

    label: str
    value: float
    expected: float | None
    text: str


def against(points: Sequence[Expected], label: str) -> Markup:
    """Draw columns with a stroke where each was expected to end: digits, strata, shares."""
    height, foot, top = 220, 28, 22
    step = _step(points)
    width = max(step * len(points), step)
    reach = height - foot - top
    highest = [max(point.value, point.expected or 0) for point in points]
    most = max(highest, default=0) or 1
    every = -(-_width_of(points) // step)  # where names would overlap, only some are written
    drawn = Markup("").join(
        _against(
            point,
            name=point.label if i % every == 0 else "",
            left=step * i,
            step=step,
            base=height - foot,
            unit=reach / most,
        )
        for i, point in enumerate(points)
    )
    floor = Markup('<line class="floor" x1="0" x2="{width}" y1="{y}" y2="{y}"/>').format(
        width=width, y=height - foot
    )
    return _figure(floor + drawn, width=width, height=height, label=label, kind="against")


def fences(marks: Sequence[Point], label: str) -> Markup:
    """Draw marks on a line of numbers, the first and the last of them as fences."""
    width, left, y = 900, 90, 70
    values = [mark.value for mark in marks]
    low, high = min(values, default=0), max(values, default=0)
    unit = (width - 2 * left) / ((high - low) or 1)
    drawn = Markup('<line class="floor" x1="0" x2="{width}" y1="{y}" y2="{y}"/>').format(
        width=width, y=y
    )
    for i, mark in enumerate(marks):
        is_fence = i in {0, len(marks) - 1}
        x = left + (mark.value - low) * unit
        # Neighbours may lie close: their texts take turns above and below the line.
        above = i % 2 == 0
        drawn += Markup(
            '<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{y1}" y2="{y2}"/>'
            '<text class="name" x="{x:.1f}" y="{name}">{label}</text>'
            '<text class="value" x="{x:.1f}" y="{value}">{text}</text>'
        ).format(
            kind="expected" if is_fence else "tick",
            x=x,
            y1=y - (26 if is_fence else 12),
            y2=y + (26 if is_fence else 12),
            name=y - 48 if above else y + 44,
            value=y - 33 if above else y + 59,
            label=mark.label,
            text=mark.text,
        )
    return _figure(drawn, width=width, height=140, label=label, kind="against")


def _width_of(points: Sequence[Expected]) -> int:
    return max((len(point.label) for point in points), default=0) * _LETTER + 10


def _step(points: Sequence[Expected]) -> int:
    """Spread columns over a page; long names get their room, and the page scrolls."""
    step = max(_NARROWEST, min(88, 900 // max(len(points), 1)))
    needed = _width_of(points)
    return step if needed <= _SHORT_NAME else max(step, min(needed, _LONGEST_NAME))


def _against(point: Expected, *, name: str, left: int, step: int, base: int, unit: float) -> Markup:
    wide = step * 3 // 5
    x, tall = left + (step - wide) / 2, max(point.value, 0) * unit
    drawn = Markup(
        '<rect class="column" x="{x:.1f}" y="{y:.1f}" width="{wide}" height="{tall:.1f}">'
        "<title>{label}: {text}</title></rect>"
        '<text class="name" x="{middle:.1f}" y="{below}">{name}</text>'
    ).format(
        x=x,
        name=name,
        y=base - tall,
        wide=wide,
        tall=tall,
        label=point.label,
        text=point.text,
        middle=left + step / 2,
        below=base + 18,
    )
    if step >= _ROOM_FOR_VALUES:
        peak = max(point.value, point.expected or 0, 0) * unit
        drawn += Markup('<text class="value" x="{x:.1f}" y="{y:.1f}">{text}</text>').format(
            x=left + step / 2, y=base - peak - 7, text=point.text
        )
    if point.expected is None:
        return drawn
    return drawn + Markup(
        '<line class="expected" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    ).format(x1=x - 4, x2=x + wide + 4, y=base - point.expected * unit)


def share_bar(part: int, whole: int, kind: str = "undetermined") -> Markup:
    """Draw how much of a whole one part is; the number stands beside it, so nobody reads it out."""
    width = 0.0 if whole == 0 else max(_BAR * part / whole, _THINNEST)
    return Markup(
        '<svg class="verdict-bar" viewBox="0 0 {bar} 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="v-none" x="0" y="0" width="{bar}" height="10"/>'
        '<rect class="v-{kind}" x="0" y="0" width="{width:.1f}" height="10"/></svg>'
    ).format(bar=_BAR, kind=kind, width=width)


def _figure(drawn: Markup, *, width: int, height: int, label: str, kind: str) -> Markup:
    return Markup(
        '<svg class="chart chart--{kind}" viewBox="0 0 {width} {height}" width="{width}" '
        'height="{height}" role="img" aria-label="{label}">{drawn}</svg>'
    ).format(kind=kind, width=width, height=height, label=label, drawn=drawn)


def _widths(parts: Sequence[tuple[str, int]], total: int) -> list[tuple[str, float]]:
    """Share the bar out; the thin ones are widened, the thickest pays for it."""
    if total == 0:
        return []
    widths = [(verdict, max(_BAR * count / total, _THINNEST)) for verdict, count in parts if count]
    over = sum(width for _, width in widths) - _BAR
    thickest = max(range(len(widths)), key=lambda i: widths[i][1])
    widths[thickest] = (widths[thickest][0], widths[thickest][1] - over)
    return widths


def _share(value: float, most: float, length: float) -> float:
    return length * value / most


def _short(label: str, most: int = 30) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
