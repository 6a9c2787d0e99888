"""How verdicts look: one sign, one colour, one word each, and the stacked bar of a rule."""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from inspection.documents import fonts, styles
from inspection.documents.text import clean, wrap
from inspection.documents.values.parts import RuleTally

_LABEL_SHARE = 0.42
_SIZE = 10.5
_LEADING = 12.5
_BAR_HEIGHT = 12.0
_SIGN_ROOM = 12.0
_GAP = 8.0
_LABEL_LINES = 3
_LEAST_SHARE = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way a unit can end; `field` is its count in a tally, `shape` its sign."""

    field: str
    word: str
    colour: str
    shape: str


OUTCOMES = (
    Outcome(field="met", word="Đạt", colour="#1a7f4b", shape="disc"),
    Outcome(field="violated", word="Chưa đạt", colour="#b42318", shape="triangle"),
    Outcome(field="undetermined", word="Chưa đủ căn cứ", colour="#a15c07", shape="diamond"),
    Outcome(field="not_applicable", word="Không áp dụng", colour="#667085", shape="ring"),
    Outcome(field="error", word="Lỗi", colour="#6b3fa0", shape="cross"),
)


def count_of(tally: RuleTally, outcome: Outcome) -> int:
    """How many units of a rule ended so."""
    return int(getattr(tally, outcome.field))


# ReportLab ships no types: what we subclass is Any to the type checker.
class Legend(Flowable):  # type: ignore[misc]
    """Every sign with its word."""

    def __init__(self) -> None:
        super().__init__()
        self.spaceBefore, self.spaceAfter = 8, 4

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """One line."""
        self.width, self.height = width, _LEADING
        return self.width, self.height

    def draw(self) -> None:
        """Signs in their colour, words in ink."""
        left = 0.0
        self.canv.setFont(fonts.REGULAR, _SIZE)
        for outcome in OUTCOMES:
            _sign(self.canv, outcome.shape, x=left + 5, y=6, colour=outcome.colour)
            self.canv.setFillColor(styles.INK)
            self.canv.drawString(left + 13, 2.6, outcome.word)
            left += 13 + fonts.width_of(outcome.word, face=fonts.REGULAR, size=_SIZE) + 16


class VerdictBar(Flowable):  # type: ignore[misc]
    """One rule: its code and title, and its population divided by verdict."""

    def __init__(self, tally: RuleTally, *, width: float) -> None:
        super().__init__()
        self.spaceBefore = self.spaceAfter = 3
        self._tally = tally
        self._bar = width * (1 - _LABEL_SHARE)
        label = clean(f"{tally.code} {tally.title}")
        room = width * _LABEL_SHARE - _GAP
        lines = wrap(label, face=fonts.REGULAR, size=_SIZE, width=room)
        # The title stands whole in the table below; here it only tells the bars apart.
        self._label = [*lines[: _LABEL_LINES - 1], "…"] if len(lines) > _LABEL_LINES else lines

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As high as the label."""
        self.width = width
        self.height = max(len(self._label) * _LEADING, _BAR_HEIGHT + 1)
        return self.width, self.height

    def draw(self) -> None:
        """The label at the left, the bar at the right."""
        self.canv.setFillColor(styles.INK)
        self.canv.setFont(fonts.REGULAR, _SIZE)
        for place, text in enumerate(self._label):
            self.canv.drawString(0, self.height - _LEADING * place - _SIZE * 0.9, text)
        left, floor = self.width - self._bar, self.height - _BAR_HEIGHT
        self.canv.setStrokeColor(styles.HAIRLINE)
        self.canv.setLineWidth(0.4)
        self.canv.rect(left, floor, self._bar, _BAR_HEIGHT, stroke=1, fill=0)
        for outcome, share in self._shares():
            self._segment(outcome, left, floor, self._bar * share)
            left += self._bar * share

    def _shares(self) -> list[tuple[Outcome, float]]:
        """Shares of the bar; a single case among a hundred thousand must still be seen."""
        counts = [(outcome, count_of(self._tally, outcome)) for outcome in OUTCOMES]
        least = self._tally.population * _LEAST_SHARE
        shown = [(outcome, max(count, least)) for outcome, count in counts if count]
        whole = sum(part for _, part in shown)
        return [(outcome, part / whole) for outcome, part in shown]

    def _segment(self, outcome: Outcome, left: float, floor: float, wide: float) -> None:
        self.canv.setFillColor(HexColor(outcome.colour))
        self.canv.rect(left, floor, wide, _BAR_HEIGHT, stroke=0, fill=1)
        if wide >= _SIGN_ROOM:
            middle = floor + _BAR_HEIGHT / 2
            _sign(self.canv, outcome.shape, x=left + wide / 2, y=middle, colour="#ffffff")


def _sign(canvas: Any, shape: str, *, x: float, y: float, colour: str) -> None:
    """Draw a sign of 8 points around a centre; drawn, since Tinos has no ◆ and no ✕."""
    canvas.setFillColor(HexColor(colour))
    canvas.setStrokeColor(HexColor(colour))
    canvas.setLineWidth(1.4)
    if shape == "disc":
        canvas.circle(x, y, 3.6, stroke=0, fill=1)
    elif shape == "ring":
        canvas.circle(x, y, 3.0, stroke=1, fill=0)
    elif shape == "cross":
        canvas.lines([(x - 3, y - 3, x + 3, y + 3), (x - 3, y + 3, x + 3, y - 3)])
    else:
        corners = {
            "triangle": ((-4, -3.2), (4, -3.2), (0, 4)),
            "diamond": ((-4, 0), (0, -4), (4, 0), (0, 4)),
        }[shape]
        outline = canvas.beginPath()
        outline.moveTo(x + corners[0][0], y + corners[0][1])
        for across, up in corners[1:]:
            outline.lineTo(x + across, y + up)
        outline.close()
        canvas.drawPath(outline, stroke=0, fill=1)
