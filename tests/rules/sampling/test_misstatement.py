"""The bound is Stringer's, never below the projection, and never eased by understatements."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import SamplingError
from rules.sampling.misstatement import Audited, Misstatement, evaluate_misstatement

RISK = Decimal("0.05")


def row(
    draw: int, book: str, audited: str | None, *, hits: int = 1, is_certain: bool = False
) -> Audited:
    value = None if audited is None else Decimal(audited)
    return Audited(draw=draw, book=Decimal(book), audited=value, hits=hits, is_certain=is_certain)


def evaluate(*rows: Audited, interval: int = 1000, **more: object) -> Misstatement:
    asked: dict[str, object] = {"risk": RISK, "scale": 2, "places": 2, **more}
    return evaluate_misstatement(rows, interval=Fraction(interval), **asked)  # type: ignore[arg-type] # as typed in each test


def test_a_clean_sample_leaves_the_basic_precision() -> None:
    result = evaluate(row(1, "10", "10"), row(2, "20", "20"))

    assert (result.projected, result.basic_precision) == (Decimal("0.00"), Decimal("3000.00"))
    assert result.upper_limit == result.total_upper_limit == Decimal("3000.00")


def test_projection_precision_and_allowance_add_up_to_the_limit() -> None:
    # Taints 0.5 and 0.2; factors 3.00, 4.75, 6.30: increments 1.75 and 1.55.
    result = evaluate(row(1, "100", "80"), row(2, "10", "5"), row(3, "9", "9"))

    assert result.projected == Decimal("700.00")
    assert result.basic_precision == Decimal("3000.00")
    # 0.75 · 0.5 · 1000 + 0.55 · 0.2 · 1000
    assert result.incremental_allowance == Decimal("485.00")
    assert result.upper_limit == Decimal("4185.00")


def test_certain_rows_are_known_and_not_projected() -> None:
    result = evaluate(
        row(1, "5000", "4000", is_certain=True),
        row(2, "7000", "7500", is_certain=True),
        row(3, "10", "5"),
    )

    assert (result.certain_overstatement, result.certain_understatement) == (1000, 500)
    assert (result.items, result.certain_items) == (1, 2)
    assert result.total_projected == Decimal("1500.00")
    assert result.total_upper_limit == result.upper_limit + 1000


def test_understatements_are_told_apart_and_lower_nothing() -> None:
    alone = evaluate(row(1, "10", "5"))
    beside = evaluate(row(1, "10", "5"), row(2, "10", "20"))

    assert (beside.understated, beside.projected_understatement) == (1, Decimal("1000.00"))
    assert (beside.projected, beside.upper_limit) == (alone.projected, alone.upper_limit)


def test_what_could_not_be_audited_is_wholly_misstated_and_reported_apart() -> None:
    result = evaluate(row(1, "10", None), row(2, "2000", None, is_certain=True))

    assert (result.undetermined, result.overstated) == (2, 2)
    assert (result.projected, result.certain_overstatement) == (1000, 2000)


def test_every_hit_shows_its_taint() -> None:
    twice = evaluate(row(1, "10", "5", hits=2))
    two = evaluate(row(1, "10", "5"), row(2, "10", "5"))

    assert (twice.hits, twice.upper_limit) == (2, two.upper_limit)


def test_the_limit_decides_unrounded_against_the_tolerable_amount() -> None:
    supports, not_quite = (
        evaluate(row(1, "10", "10"), tolerable=Decimal(most)).supports
        for most in ("3000.00", "2999.99")
    )

    assert (supports, not_quite) == (True, False)


amounts = st.tuples(st.integers(1, 999), st.integers(0, 1500), st.integers(1, 3))


@settings(deadline=None, max_examples=80)
@given(lines=st.lists(amounts, min_size=1, max_size=8), more=st.integers(1, 400))
def test_the_limit_covers_the_projection_and_grows_with_every_misstatement(
    lines: list[tuple[int, int, int]], more: int
) -> None:
    rows = [
        row(i, str(book), str(audited), hits=hits)
        for i, (book, audited, hits) in enumerate(lines, start=1)
    ]
    first = rows[0]
    lower = max(Decimal(0), (first.audited or Decimal(0)) - more)
    worse = [row(1, str(first.book), str(lower), hits=first.hits), *rows[1:]]

    result, grown = evaluate(*rows), evaluate(*worse)

    assert result.projected + result.basic_precision <= result.upper_limit + Decimal("0.01")
    assert result.upper_limit <= grown.upper_limit
    assert result.upper_limit <= evaluate(*rows, risk=Decimal("0.01")).upper_limit


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (row(1, "0", "0"), "sampling.bad_book"),
        (row(1, "-5", "0"), "sampling.bad_book"),
        (row(1, "5", "-0.01"), "sampling.audited_negative"),
        (row(1, "5", "0.001"), "sampling.bad_amount"),
        (row(1, "5", "5", hits=0), "sampling.bad_count"),
    ],
)
def test_a_row_outside_of_the_bound_is_refused(one: Audited, code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        evaluate(one)

    assert refused.value.code == code


def test_long_amounts_are_added_exactly() -> None:
    book = "99999999999999999999999999999999.97"
    result = evaluate(row(1, book, "0", is_certain=True), row(2, book, "0", is_certain=True))

    assert str(result.total_projected) == "199999999999999999999999999999999.94"
    assert str(result.total_upper_limit) == "200000000000000000000000000002999.94"
