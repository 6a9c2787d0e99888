from hashlib import sha256
from pathlib import Path

import pytest

from rules.contract import Contract
from rules.documents import DepositedFile, documents_table
from rules.errors import TableError
from tests.rules.building import NOTHING, column, contract, judged, pack, rule, table

LEDGER = contract("t", key=("id",), id="code", file="text", sha256="code")
CHECK = {
    "kind": "documents",
    "file": "file",
    "digest": "sha256",
    "deposited": {"table": "files", "name": "name", "digest": "sha256"},
    "unreferenced": "violated",
}


def files_contract(**columns: str) -> Contract:

    made = tuple(column(heading, kind) for heading, kind in columns.items())
    return Contract(name="files", title=NOTHING, columns=made)


FILES = files_contract(name="text", size_bytes="integer", sha256="code")


def file_of(name: str, content: bytes) -> DepositedFile:
    digest = sha256(content).hexdigest()
    return DepositedFile(name=name, size_bytes=len(content), sha256=digest)


def test_a_ledger_is_compared_with_the_files_handed_in(tmp_path: Path) -> None:
    one, two = file_of("một.pdf", b"1"), file_of("two.pdf", b"2")
    rows = [
        {"id": "1", "file": "một.pdf", "sha256": one.sha256.upper()},
        {"id": "2", "file": "gone.pdf", "sha256": two.sha256},
    ]
    deposited = documents_table(FILES, [two, one])
    outcome = judged(
        pack(rule(CHECK, unit="group"), contracts=[LEDGER, FILES]), tmp_path,
        table(LEDGER, rows), deposited,
    )  # fmt: skip
    assert outcome.counts == (1, 2, 0, 0)
    told = outcome.lines.select("unit_key", "found", "file", "row").rows()
    assert sorted(told) == [
        ("gone.pdf", "missing", "f" * 64, 3),
        ("two.pdf", "unreferenced", two.sha256, 2),
    ]


def test_the_order_of_the_files_changes_nothing() -> None:
    files = [file_of(name, b"x") for name in ("b", "a", "c")]
    frames = [documents_table(FILES, some).frame.collect() for some in (files, files[::-1])]
    assert frames[0].equals(frames[1])
    assert frames[0].get_column("name").to_list() == ["a", "b", "c"]


def test_names_are_composed_and_digests_in_small_letters() -> None:
    file = DepositedFile(name="mo\u0323\u0302t.pdf", size_bytes=1, sha256="AB" * 32)
    frame = documents_table(FILES, [file]).frame.collect()
    assert frame.select("name", "sha256").row(0) == ("m\u1ed9t.pdf", "ab" * 32)


def test_a_deposit_without_files_is_an_empty_table() -> None:
    assert documents_table(FILES, []).frame.collect().height == 0


def test_the_size_may_be_left_out_and_further_columns_are_not_made_up() -> None:
    of = files_contract(name="text", sha256="code", note="text")
    frame = documents_table(of, [file_of("a", b"x")]).frame.collect()
    assert "size_bytes" not in frame.columns
    assert "note" not in frame.columns


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ({"name": "text"}, "sha256"),
        ({"sha256": "code"}, "name"),
        ({"name": "text", "sha256": "integer"}, "sha256"),
        ({"name": "text", "sha256": "code", "size_bytes": "text"}, "size_bytes"),
    ],
)
def test_a_contract_that_cannot_hold_files_is_refused(columns: dict[str, str], wrong: str) -> None:
    with pytest.raises(TableError) as refused:
        documents_table(files_contract(**columns), [])
    assert (refused.value.code, refused.value.facts["column"]) == ("documents.column", wrong)
