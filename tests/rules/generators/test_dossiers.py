"""Made-up dossiers are repeatable, complete and show what they promise."""

import csv
import io
from collections import Counter

from rules.generators.dossiers import DEMONSTRATION, NOTICE_COLUMNS, SHARED_CODES, generate


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = generate(7, "Xã Suối Giả Định", 500), generate(7, "Xã Suối Giả Định", 500)
    assert first.dossiers_csv() == second.dossiers_csv()
    assert first.notices_csv() == second.notices_csv()


def test_another_seed_or_organization_gives_other_dossiers() -> None:
    made = [generate(s, o, 500).dossiers for s, o in ((7, "A"), (8, "A"), (7, "B"))]
    assert len(set(made)) == 3


def test_the_demonstration_has_twenty_thousand_dossiers_of_three_communes() -> None:
    made = [generate(1, organization, dossiers) for organization, dossiers in DEMONSTRATION]
    assert [len(one.dossiers) for one in made] == [8_000, 7_000, 5_000]
    used = Counter(row[0] for one in made for row in one.dossiers)
    assert {code: times for code, times in used.items() if times > 1} == dict.fromkeys(
        SHARED_CODES, 3
    )


def test_the_file_has_a_heading_and_one_line_for_each_notice() -> None:
    made = generate(3, "Xã Đồi Ví Dụ", 2_000)
    lines = list(csv.reader(io.StringIO(made.notices_csv().decode("utf-8"))))
    assert lines[0] == list(NOTICE_COLUMNS)
    assert [tuple(line) for line in lines[1:]] == list(made.notices)


def test_fewer_dossiers_than_edges_are_cut_short() -> None:
    assert len(generate(1, "Xã Đồi Ví Dụ", 10).dossiers) == 10
