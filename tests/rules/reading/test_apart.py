"""What a file does to the process that reads it costs that file alone."""

import gzip
import os
import signal
from pathlib import Path

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading import read_file
from rules.reading.apart import Limits, _reading_of, read_apart
from rules.reading.gzip_file import unpack
from tests.rules.reading.making_workbooks import ods
from tests.rules.reading.reading_a_file import DIGEST, column, contract, read, texts

OF = contract(column("a", "code"), column("n", "integer", required=True))
CONTENT = b"a,n,z\n1,x,\n2,\n3,,\n4,5,\n"


def source_of(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


def read_so(source: Path, of, into: Path, **limits):
    into.mkdir(parents=True)
    return read_apart(source, digest=DIGEST, contract=of, into=into, limits=Limits(**limits))


def test_reading_apart_gives_what_reading_here_gives(tmp_path):
    source = source_of(tmp_path, CONTENT)
    (tmp_path / "here").mkdir()

    here = read_file(source, digest=DIGEST, contract=OF, into=tmp_path / "here")
    apart = read_so(source, OF, tmp_path / "apart")

    assert apart == here
    for name in ("rows.parquet", "problems.parquet"):
        assert (tmp_path / "apart" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_refusal_comes_back_with_its_code_and_facts(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read_so(source_of(tmp_path, b"%PDF-1.7"), OF, tmp_path / "out")

    assert (refused.value.code, refused.value.facts) == ("reading.kind", {"found": "pdf"})


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    # Nothing ever comes out of this pipe: whoever opens it waits.
    os.mkfifo(tmp_path / "source")

    with pytest.raises(ReadingError) as refused:
        read_so(tmp_path / "source", OF, tmp_path / "out", seconds=2.0)

    assert (refused.value.code, refused.value.facts) == ("reading.too_long", {"seconds": 2.0})


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path):
    source = tmp_path / "table.parquet"
    text = "x" * (1 << 20)
    pl.LazyFrame({"a": [text]}).select(pl.col("a").repeat_by(900).explode()).sink_parquet(source)

    with pytest.raises(ReadingError) as refused:
        read_so(source, texts("a"), tmp_path / "out", memory_bytes=1 << 30)

    # An allocation that fails inside of a library aborts the process, or panics, or is told.
    assert refused.value.code in {
        "reading.crashed", "reading.memory", "reading.parser_failed", "reading.parquet_broken",
    }  # fmt: skip


@pytest.mark.parametrize("code", [-signal.SIGSEGV, -signal.SIGKILL, -signal.SIGABRT, 1, 101])
def test_a_process_that_ends_otherwise_than_well_is_a_crash(code):
    with pytest.raises(ReadingError) as refused:
        _reading_of(b"", exit_code=code)

    assert (refused.value.code, refused.value.facts) == ("reading.crashed", {"exit_code": code})


def sheet(rows: str) -> str:
    return f'<table:table table:name="S">{rows}</table:table>'


HOSTILE = {
    "laughs": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
    "deep xml": b"<x>" * 100_000,
    "deep json": b'{"a":' + b"[" * 100_000,
    "parquet garbage": b"PAR1" + bytes(range(256)) * 40 + b"PAR1",
    "parquet long footer": b"PAR1" + bytes(90) + (2**32 - 1).to_bytes(4, "little") + b"PAR1",
    "cut archive": b"PK\x03\x04" + bytes(40),
    "cut compound file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
    "cut gzip": gzip.compress(b"a,n\n" * 1_000)[:-20],
    "gzip in gzip": gzip.compress(gzip.compress(b"a,n\n1,2\n")),
    "nothing": b"",
}
REFUSED_AS = {
    "laughs": "reading.xml_unmapped",
    "deep xml": "reading.xml_unmapped",
    "parquet garbage": "reading.parquet_broken",
    "parquet long footer": "reading.parquet_broken",
    "cut archive": "reading.workbook_broken",
    "cut compound file": "reading.workbook_broken",
    "cut gzip": "reading.gzip_broken",
    "gzip in gzip": "reading.kind",
    "nothing": "reading.no_heading",
}


@pytest.mark.parametrize("name", sorted(REFUSED_AS))
def test_hostile_files_are_refused_with_their_reason(tmp_path, name):
    with pytest.raises(ReadingError) as refused:
        read(source_of(tmp_path, HOSTILE[name]), OF, tmp_path / "out")

    assert refused.value.code == REFUSED_AS[name]


def test_every_hostile_file_is_survived(tmp_path):
    for number, content in enumerate(HOSTILE.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            read_so(source_of(folder, content), OF, folder / "out", seconds=60.0)
        except ReadingError as error:
            assert error.code != "reading.crashed"  # noqa: PT017 - one of them reads


def test_a_document_whose_archive_packs_too_well_is_not_opened(tmp_path):
    path = ods(tmp_path / "bomb.ods", sheet(" " * (30 << 20)))

    with pytest.raises(ReadingError) as refused:
        read(path, OF, tmp_path / "out")

    assert refused.value.code == "reading.archive_ratio"


@pytest.mark.parametrize(
    "content", [CONTENT.replace(b"2,\n", b""), b'{"a": "1", "n": 2}\n{"a": "1"}\nx\n']
)
def test_a_text_under_gzip_is_the_text_itself(tmp_path, content):
    plain = read(content, OF, tmp_path / "plain")
    packed = read(gzip.compress(content), OF, tmp_path / "packed")

    assert packed.rows.equals(plain.rows)
    assert packed.problems.equals(plain.problems)
    assert packed.reading == plain.reading


def test_gzip_is_unpacked_up_to_its_budget(tmp_path):
    source = source_of(tmp_path, gzip.compress(bytes(1 << 20)))
    unpack(source, tmp_path / "whole", limit_bytes=1 << 20)

    with pytest.raises(ReadingError) as refused:
        unpack(source, tmp_path / "most", limit_bytes=(1 << 20) - 1)

    assert (tmp_path / "whole").stat().st_size == 1 << 20
    assert refused.value.code == "reading.gzip_size"


def test_an_interruption_is_not_taken_for_a_broken_file(tmp_path):
    class Stopping(type(tmp_path)):
        def open(self, *_: object, **__: object):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_file(Stopping(tmp_path), digest=DIGEST, contract=OF, into=tmp_path)
