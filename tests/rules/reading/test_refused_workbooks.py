"""Archives and damaged files that are no workbook, or more than one may open."""

# ruff: noqa: S311 - damage needs no secrets
import random
import zipfile
from pathlib import Path

import pytest

from rules.errors import ReadingError
from rules.reading import budget, kind, read_file
from tests.rules.reading.reading_a_file import DIGEST, read, texts
from tests.rules.reading.test_workbook import workbook


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({f"xl/{n}": b"" for n in range(1_000)}, "reading.archive_members"),
        ({"xl/sheet": b"0" * (20 << 20)}, "reading.archive_ratio"),
        ({}, "reading.workbook_broken"),
    ],
)
def test_an_archive_beyond_the_budget_is_not_opened(tmp_path, members, code):
    path = archive(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"<workbook/>"} | members)

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert refused.value.code == code


def test_an_archive_of_a_version_nobody_knows_is_refused(tmp_path):
    path = archive(tmp_path / "new.xlsx", {"xl/workbook.xml": b"<workbook/>"})
    raw = path.read_bytes()
    at = raw.index(b"PK\x01\x02") + 6  # of the directory: the version needed to extract
    path.write_bytes(raw[:at] + b"\xff" + raw[at + 1 :])

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")
    with pytest.raises(ReadingError) as unopened:
        budget.check_archive(path)

    assert {refused.value.code, unopened.value.code} == {"reading.workbook_broken"}


def test_an_archive_that_unpacks_to_too_much_is_not_opened(tmp_path):
    # The directory alone says how much: no byte needs to be unpacked to be refused.
    path = archive(tmp_path / "bomb.xlsx", {"xl/workbook.xml": random.Random(1).randbytes(6 << 20)})
    raw = path.read_bytes()
    size = zipfile.ZipFile(path).infolist()[0].file_size
    declared = budget.UNPACKED_LIMIT_BYTES + 1
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), declared.to_bytes(4, "little")))

    with pytest.raises(ReadingError) as refused:
        budget.check_archive(path)

    assert refused.value.code == "reading.archive_size"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"PARE\x15", "parquet, encrypted"),
        (b'[{"a": 1}]', "json, one list"),
    ],
)
def test_other_formats_are_named_and_refused(tmp_path, content, found):
    with pytest.raises(ReadingError) as refused:
        read(content, texts("a"), tmp_path)

    assert refused.value.code == "reading.kind"
    assert refused.value.facts["found"] == found


def test_other_archives_are_named_and_refused(tmp_path):
    path = archive(tmp_path / "letter.docx", {"word/document.xml": b""})

    with pytest.raises(ReadingError) as refused:
        kind.kind_of(path)

    assert refused.value.facts["found"] == "zip"


def test_a_text_that_begins_like_an_archive_is_text(tmp_path):
    assert read(b"PK,b\n1,2\n", texts("PK", "b"), tmp_path).column("PK") == ["1"]


def test_a_damaged_workbook_is_one_refused_file_whatever_the_parser_does(tmp_path, capfd):
    path = workbook(tmp_path / "book.xlsx", [["a", "b"], *([n, f"t{n}"] for n in range(50))])
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as good:
        members = {name: good.read(name) for name in good.namelist()}
    seed = random.Random(20261122)
    endings = set()
    for number in range(120):
        into = tmp_path / str(number)
        into.mkdir()
        damaged = into / "damaged"
        if number % 2:
            # Damage inside the XML, where the parser itself must cope.
            name = seed.choice([name for name in members if name.endswith(".xml")])
            body = bytearray(members[name])
            for _ in range(seed.randint(1, 6)):
                body[seed.randrange(len(body))] = seed.randrange(256)
            archive(damaged, members | {name: bytes(body)})
        else:
            cut = bytearray(whole[: seed.randrange(4, len(whole))])
            cut[seed.randrange(len(cut))] = seed.randrange(256)
            damaged.write_bytes(bytes(cut))
        try:
            read_file(damaged, digest=DIGEST, contract=texts("a", "b"), into=into)
            endings.add("read")
        except ReadingError as error:
            endings.add(error.code)
    capfd.readouterr()  # a panic speaks on stderr

    # Damaged in its first bytes it is no workbook but a strange text.
    as_text = {"reading.heading_quotes", "reading.no_heading", "reading.kind"}
    assert endings - as_text == {"read", "reading.workbook_broken"}


def test_a_document_type_inside_a_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "book.xlsx", [["a"], ["#N/A"]])
    with zipfile.ZipFile(path) as good:
        members = {name: good.read(name) for name in good.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY e "e">]>' + sheet
    archive(path, members)

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.workbook_broken"
