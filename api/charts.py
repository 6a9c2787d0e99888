"""Charts as SVG text, drawn on the server from plain values.

No inline style: the content policy forbids it; colours come from classes of `css/charts.css`.
Every chart stands above a table with the same numbers, so screen readers skip the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from markupsafe import Markup

VERDICTS: Final = ("violated", "undetermined", "error", "met", "not_applicable")
SIGNS: Final = {
    "met": "●",
    "violated": "▲",
    "undetermined": "◆",
    "not_applicable": "○",
    "error": "✕",
}
_BAR: Final = 1000  # width of a bar in its own units; the page stretches it
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


def verdict_bar(counts: Counts, label: str) -> Markup:
    """Draw one stacked bar; `label` says the counts in words."""
    parts = [(verdict, getattr(counts, verdict)) for verdict in VERDICTS]
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
