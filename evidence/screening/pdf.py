"""PDF: whether it opens, what it would run, and the marks in the upper half of its first pages."""

import re
from collections.abc import Iterator
from typing import IO, Final

import pypdfium2 as pdfium
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdfium2 import raw

from evidence.screening.budget import Meter
from evidence.screening.marks import find_in_metadata, find_marks
from evidence.screening.report import Report

_PAGES: Final = 3
_CHARACTERS: Final = 6_000
_FEWEST_LETTERS: Final = 10  # a page with fewer is a picture of a page
_UPPER: Final = 0.45  # a stamp stands above this part of the page's height
_GAP: Final = 2.0  # letter heights between two columns that share a line
_LETTER: Final = re.compile(r"\w")


def look(file: IO[bytes], _meter: Meter, report: Report) -> None:
    """Look at the document and its first pages; nothing in it is run, and nothing is fetched."""
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        report.could_not_read()
        encrypted = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        report.notice("encrypted") if encrypted else report.notice("broken", reason="PdfiumError")
        return
    try:
        _look(document, report)
    finally:
        document.close()
    if _acts_when_opened(file):
        report.notice("active")


def _look(document: pdfium.PdfDocument, report: Report) -> None:
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        report.notice("active")
    if document.count_attachments() > 0:
        report.notice("unopened", kind="application/pdf")
    report.mark(find_in_metadata(document.get_metadata_dict(skip_empty=True).values()))
    for number in range(min(len(document), _PAGES)):
        page = document[number]
        try:
            text = page.get_textpage()
            if number == 0 and not _has_text(text):
                report.could_not_read()
            report.mark(find_marks(_upper_lines(text, page.get_height())))
            text.close()
        finally:
            page.close()


def _acts_when_opened(file: IO[bytes]) -> bool:
    """Whether the catalogue asks for an act when the document is opened, closed or printed."""
    file.seek(0)
    try:
        root = PdfFileReader(file, strict=False).root
        action = root.get("/OpenAction")
        acts = isinstance(action, DictionaryObject) and action.get("/S") not in {None, "/GoTo"}
    except (PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return False  # what opened as a document before was mended on the way
    return acts or "/AA" in root


def _has_text(text: pdfium.PdfTextPage) -> bool:
    shown = (
        text.get_text_range(0, min(text.count_chars(), _CHARACTERS)) if text.count_chars() else ""
    )
    return len(_LETTER.findall(shown)) >= _FEWEST_LETTERS


def _upper_lines(text: pdfium.PdfTextPage, height: float) -> Iterator[str]:
    """Lines as they stand on paper: two columns side by side are two lines."""
    line: list[str] = []
    end, base, tall = 0.0, 0.0, 1.0
    for index in range(min(text.count_chars(), _CHARACTERS)):
        letter = chr(raw.FPDFText_GetUnicode(text, index))
        if letter in "\r\n":
            yield "".join(line)
            line = []
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if bottom < height * (1 - _UPPER):
            continue
        # A mark of a tone typed by itself may have no height.
        tall = max(top - bottom, tall if line else 1.0)
        if line and (
            abs(bottom - base) > tall / 2 or left - end > _GAP * tall or left < end - tall
        ):
            yield "".join(line)
            line, tall = [], max(top - bottom, 1.0)
        line.append(letter)
        end, base = right, bottom
    yield "".join(line)
