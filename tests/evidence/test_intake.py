import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.digest import Digest
from evidence.errors import (
    EmptyEvidenceError,
    EvidenceTooLargeError,
    IncompleteEvidenceError,
)
from evidence.intake import NAME_CHARACTERS, clean_name, receive
from evidence.media import media_type_of
from tests.evidence.conftest import folder_store


def take(store, chunks, *, limit=1000, announced=None):
    return receive(
        store.storage,
        chunks=chunks,
        limit_bytes=limit,
        announced_bytes=announced,
    )


@pytest.fixture(scope="module")
def one_store(tmp_path_factory):
    return folder_store(tmp_path_factory.mktemp("store"))


@settings(deadline=None)  # a disk may be busy
@given(chunks=st.lists(st.binary(max_size=200), min_size=1, max_size=5).filter(any))
def test_whatever_comes_whole_is_kept_as_it_came(one_store, chunks):
    item = take(one_store, chunks)

    content = b"".join(chunks)
    assert (item.digest, item.size_bytes) == (Digest.of(content), len(content))
    assert one_store.storage.read(item.digest) == content


def test_the_limit_itself_is_allowed(store):
    assert take(store, [b"x" * 1000]).size_bytes == 1000


@pytest.mark.parametrize(
    ("chunks", "announced", "refusal"),
    [
        ([], None, EmptyEvidenceError),
        ([b"", b""], None, EmptyEvidenceError),
        ([b"x" * 600, b"x" * 401], None, EvidenceTooLargeError),
        ([b"x"], 1001, EvidenceTooLargeError),
        ([b"x" * 10], 11, IncompleteEvidenceError),
        ([b"x" * 10], 9, IncompleteEvidenceError),
    ],
    ids=["nothing", "empty pieces", "too much", "too much announced", "too little", "more"],
)
def test_what_cannot_be_taken_leaves_nothing(store, chunks, announced, refusal):
    with pytest.raises(refusal):
        take(store, chunks, announced=announced)

    assert store.names() == set()


def test_too_much_is_refused_before_all_of_it_was_read(store):
    read = []

    def endless():
        while True:
            read.append(1)
            yield b"x" * 300

    with pytest.raises(EvidenceTooLargeError):
        take(store, endless())

    assert len(read) == 4


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("báo cáo.xlsx", "báo cáo.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\hồ sơ\\bảng.csv", "bảng.csv"),
        ("ho\u0302\u0300 so\u031b.csv", "hồ sơ.csv"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("một\nhai\x00.csv", "một hai.csv"),
        ("   ", "unnamed"),
        ("...", "unnamed"),
    ],
)
def test_a_name_is_made_safe_to_show(raw, shown):
    assert clean_name(raw) == shown


@settings(deadline=None)
@given(st.text())
def test_no_name_is_empty_long_or_a_path(raw):
    name = clean_name(raw)

    assert 1 <= len(name) <= NAME_CHARACTERS
    assert not set(name) & set("/\\\n\r\x00\u202e")


def test_a_long_name_keeps_its_ending():
    assert clean_name("x" * 500 + ".xlsx").endswith("x.xlsx")


def workbook() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"a,b\n1,2\n", "text/csv"),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "text/csv"),
        ("a\tb\n1\t2\n".encode("utf-16"), "text/csv"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        ("Kính gửi: Đoàn thanh tra".encode(), "text/plain"),
        (b"\x7fELF\x02\x01\x01\x00", "application/x-executable"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"x" * 257 + b"ustar\x00", "application/x-tar"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b'{"a": 1}\n', "application/json"),
        (b"<!DOCTYPE html>\n<html>", "text/html"),
        (b"MZ,BM\n1,2\n", "text/csv"),
        (b"MZ" + bytes(64), "application/x-dosexec"),
        (
            b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\x00\x00",
            "application/vnd.microsoft.portable-executable",
        ),
        (b"#!/usr/bin/env python\n", "text/x-script"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_kind_is_told_from_the_bytes(head, media_type):
    assert media_type_of(head) == media_type
