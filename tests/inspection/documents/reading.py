"""Reading a rendered PDF back."""

from io import BytesIO

from pypdf import PdfReader

from inspection.documents.conclusion import render_conclusion
from inspection.documents.report import render_report
from tests.inspection.documents import samples


def conclusion_bytes(document=None, lines=None) -> bytes:
    """The conclusion of the samples, or another, rendered."""
    into = BytesIO()
    if lines is None:
        lines = [*samples.annex("1.1", 3), *samples.annex("2.1", 2, rule="TT07")]
    render_conclusion(document or samples.conclusion(), lines, into=into)
    return into.getvalue()


def report_bytes(document=None, lines=None) -> bytes:
    """The report of the samples, or another, rendered."""
    into = BytesIO()
    document = document or samples.report()
    given = samples.lines(document.full_list.rows) if lines is None else lines
    render_report(document, given, into=into)
    return into.getvalue()


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Text without white space: where lines break does not matter."""
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    """All text, squeezed."""
    return squeezed("".join(pages_of(pdf)))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Every font a page names, and whether its program is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            found[font["/BaseFont"]] = "/FontFile2" in font.get("/FontDescriptor", {})
    return found
