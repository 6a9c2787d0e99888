import pytest

from inspection.documents import fonts
from inspection.documents.bodies import name_lines
from tests.inspection.documents import samples
from tests.inspection.documents.reading import conclusion_bytes, pages_of, squeezed

WIDTH = 195.0


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", []),
        ("Thanh tra tỉnh Hà Sơn", ["THANH TRA TỈNH HÀ SƠN"]),
        ("Ủy ban nhân dân tỉnh Giả Tưởng", ["ỦY BAN NHÂN DÂN", "TỈNH GIẢ TƯỞNG"]),
        (
            "Ủy ban nhân dân phường Sông Minh Họa",
            ["ỦY BAN NHÂN DÂN", "PHƯỜNG SÔNG MINH HỌA"],
        ),
        (
            "Ban Quản lý dự án đầu tư xây dựng khu vực",
            ["BAN QUẢN LÝ DỰ ÁN ĐẦU", "TƯ XÂY DỰNG KHU VỰC"],
        ),
    ],
)
def test_a_name_breaks_where_one_would_break_it(name, lines):
    assert name_lines(name, face=fonts.BOLD, size=12, width=WIDTH) == lines


@pytest.mark.parametrize("length", [300, 3_000])
@pytest.mark.parametrize("unit", ["Ủy ban ", "W"])
def test_a_name_of_any_length_is_printed_whole_on_the_first_page(length, unit):
    name = (unit * length)[:length]
    document = samples.conclusion(managing_body=name, issuing_body=name)
    first = squeezed(pages_of(conclusion_bytes(document))[0])
    assert first.count(squeezed(name.upper())) == 2


def test_a_symbol_longer_than_its_cell_is_broken():
    document = samples.conclusion(symbol="KL-" + "TTRA-" * 8)
    first = squeezed(pages_of(conclusion_bytes(document))[0])
    assert f"05/KL-{'TTRA-' * 8}" in first
