"""What a person should know before opening a file is named."""

import io

import pytest
from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from evidence.screening.budget import Budget
from evidence.screening.examining import examine
from tests.evidence.screening.documents import BODY, docx, letter, pdf, xlsx
from tests.evidence.screening.hostile import zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
WINDOWS = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0" + bytes(64)
MACROS = xlsx(["a"], more={"xl/vbaProject.bin": OLE})


def codes(tmp_path, name, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    found = examine(path, name=name, budget=Budget(), folder=tmp_path)
    assert found.refusal is None
    return [notice.code for notice in found.notices]


def encrypted_workbook() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - for this one file

    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    plain.seek(0)
    OOXMLFile(plain).encrypt("mật khẩu", out)
    return out.getvalue()


def encrypted_zip() -> bytes:
    """The flag of encryption alone: what the bytes are does not matter to who may not read them."""
    content = bytearray(zipped({"a.txt": "a"}))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + at] |= 1
    return bytes(content)


def scripted_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('x')"),
        }
    )
    writer.write(out)
    return out.getvalue()


def carrying_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.txt", b"a")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.docx", docx([BODY]), []),
        ("a.xlsx", xlsx([BODY]), []),
        ("a.pdf", pdf(letter()), []),
        ("a.xlsx", encrypted_workbook(), ["encrypted"]),
        ("a.zip", encrypted_zip(), ["encrypted"]),
        ("a.pdf", pdf(letter(), password="x"), ["encrypted"]),
        ("a.xlsm", MACROS, ["macros"]),
        ("a.xlsx", xlsx(["a"], more={"xl/macrosheets/sheet1.xml": "<a/>"}), ["macros"]),
        ("a.xlsx", xlsx(["a"], more={"xl/externalLinks/externalLink1.xml": "<a/>"}), ["external"]),
        ("a.pdf", scripted_pdf(), ["active"]),
        ("a.pdf", carrying_pdf(), ["unopened"]),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(32), ["unopened"]),
        ("a.pdf", docx([BODY]), ["misnamed"]),
        ("a.jpg", ELF, ["misnamed", "program"]),
        ("a.exe", WINDOWS, ["program"]),
        ("báo cáo", WINDOWS, ["program"]),
        ("a", b"MZ" + bytes(64), ["program"]),
        ("a.txt", b"MZ la ma so\n", []),
        ("a", b"\xcf\xfa\xed\xfe" + bytes(64), ["program"]),
        ("a.txt", b"#!/bin/sh\necho a\n", ["misnamed", "program"]),
        ("a.BAT", b"echo a\r\n", ["program"]),
        ("a.csv", b"#!;a\n1;2\n", []),
        ("a.zip", zipped({"setup.exe": WINDOWS}), ["program"]),
        ("a.docx", docx([BODY], more={"word/embeddings/a.bin": ELF}), ["program"]),
        ("a.docx", b"<html><body>x</body></html>", ["misnamed"]),
        ("a.zip", zipped({"a.xlsm": MACROS}), ["macros"]),
        ("a.docx", docx([BODY], more={"word/embeddings/a.xlsm": MACROS}), ["macros"]),
        ("a.zip", b"PK\3\4" + bytes(60), ["broken"]),
        ("a.pdf", b"%PDF-1.7\n", ["broken"]),
        ("a.xml", b"<?xml version='1.0'?><a>", ["broken"]),
        ("a.parquet", b"PAR1" + bytes(20), ["broken"]),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20), ["broken"]),
        ("a.xls", OLE + bytes(600), ["broken"]),
        ("a.gz", b"\x1f\x8b\x08" + bytes(20), ["broken"]),
        ("a.xz", b"\xfd7zXZ\x00" + bytes(20), ["broken"]),
    ],
)  # fmt: skip
def test_what_a_file_carries_is_named(tmp_path, name, content, expected):
    assert codes(tmp_path, name, content) == expected
