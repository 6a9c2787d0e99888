import re
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from api.charts import Point, columns, dots, verdict_bar


@dataclass(frozen=True)
class Counts:
    met: int = 0
    violated: int = 0
    undetermined: int = 0
    not_applicable: int = 0
    error: int = 0


def _widths(svg: str) -> dict[str, float]:
    found = re.findall(r'class="v-(\w+)" x="[\d.]+" y="0" width="([\d.]+)"', svg)
    return {name: float(width) for name, width in found if name != "none"}


def test_a_bar_is_shared_out_by_count():
    bar = verdict_bar(Counts(met=3, violated=1), "x")

    assert _widths(bar) == {"violated": 250.0, "met": 750.0}


def test_one_in_a_million_is_still_seen():
    bar = verdict_bar(Counts(met=999_999, violated=1), "x")

    assert _widths(bar) == {"violated": 4.0, "met": 996.0}


def test_nothing_to_judge_is_an_empty_bar():
    assert _widths(verdict_bar(Counts(), "x")) == {}


@given(st.builds(Counts, *[st.integers(0, 10**9)] * 5))
def test_the_parts_fill_the_bar(counts):
    widths = _widths(verdict_bar(counts, "x"))

    assert all(width > 0 for width in widths.values())
    if widths:
        assert abs(sum(widths.values()) - 1000) < 1


def test_labels_are_escaped_and_nothing_is_styled_inline():
    point = Point(label="<b>&", value=2.0, text="2 < 3")

    for drawing in (columns([point], "<x>"), dots([point], "<x>"), verdict_bar(Counts(), "<x>")):
        assert "<b>" not in drawing
        assert 'aria-label="&lt;x&gt;"' in drawing
        assert "style=" not in drawing


def test_charts_of_nothing_and_of_zeros_are_drawn():
    for points in ([], [Point(label="a", value=0.0, text="0")]):
        assert columns(points, "x").startswith("<svg")
        assert dots(points, "x").startswith("<svg")
