"""Limits that contradict each other stop the start."""

import pytest

from evidence.errors import LimitsError
from evidence.limits import LARGE_BYTES, MOST_PIECES, PART_BYTES, PIECE_BYTES, Limits


def test_the_limits_as_they_are_shipped_fit_together():
    assert Limits().part_bytes == PART_BYTES


def test_the_parts_of_large_files_are_twice_as_large():
    sizes = [Limits().part_of(size) for size in (1, LARGE_BYTES - 1, LARGE_BYTES, 4 << 30)]
    assert sizes == [PART_BYTES, PART_BYTES, 2 * PART_BYTES, 2 * PART_BYTES]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"part_bytes": 1 << 20}, "limits.part_uneven"),
        ({"part_bytes": 8 << 20}, "limits.part_uneven"),
        ({"part_bytes": 0}, "limits.part_uneven"),
        (
            {"file_bytes": PIECE_BYTES * MOST_PIECES + 1, "total_bytes": 1 << 50},
            "limits.file_too_large",
        ),
        ({"file_bytes": 2 << 30, "total_bytes": 1 << 30}, "limits.file_above_total"),
    ],
)
def test_contradictions_are_named(wrong, code):
    with pytest.raises(LimitsError) as refused:
        Limits(**wrong)

    assert refused.value.code == code
