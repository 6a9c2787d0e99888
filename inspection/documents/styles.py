"""Type sizes and paragraph styles of a document; the set 12, 13, 13 of Decree 30/2020/NĐ-CP.

Source: Decree 30/2020/NĐ-CP, Annex I, part I and II.
"""

from typing import Any

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import Paragraph

from inspection.documents import fonts
from inspection.documents.text import markup

NATION_SIZE = 12
BODY_SIZE = 13
BODY_LEADING = 17.5
RECIPIENTS_HEAD_SIZE = 12
RECIPIENTS_SIZE = 11
TABLE_SIZE = 10.5
ANNEX_SIZE = 9.5
INDENT = 1.27 * cm
HAIRLINE = HexColor("#8a94a3")
SHADE = HexColor("#eef1f5")
MUTED = HexColor("#556274")
BAND = HexColor("#b3141b")
PAPER = HexColor("#ffffff")
INK = black

fonts.register()

BODY = ParagraphStyle(
    "body",
    fontName=fonts.REGULAR,
    bulletFontName=fonts.REGULAR,
    fontSize=BODY_SIZE,
    leading=BODY_LEADING,
    textColor=black,
    alignment=TA_JUSTIFY,
    firstLineIndent=INDENT,
    spaceBefore=6,
    allowWidows=0,
    allowOrphans=0,
    # ReportLab would take a soft hyphen or a language's hyphens; the text stays as written.
    embeddedHyphenation=0,
    splitLongWords=1,
)
BASIS = ParagraphStyle("basis", parent=BODY, fontName=fonts.ITALIC)
SECTION = ParagraphStyle(
    "section", parent=BODY, fontName=fonts.BOLD, alignment=TA_LEFT, spaceBefore=14
)
MATTER = ParagraphStyle("matter", parent=SECTION, spaceBefore=10)
FINDING = ParagraphStyle("finding", parent=MATTER, fontName=fonts.BOLD_ITALIC, spaceBefore=9)
LABEL = ParagraphStyle("label", parent=BODY, fontName=fonts.ITALIC, alignment=TA_LEFT)
FACT = ParagraphStyle(
    "fact", parent=BODY, alignment=TA_LEFT, firstLineIndent=0, leftIndent=INDENT, spaceBefore=3
)
NOTE = ParagraphStyle(
    "note", parent=FACT, fontSize=10.5, leading=13.5, leftIndent=0, spaceBefore=4, spaceAfter=2
)
CENTRED = ParagraphStyle(
    "centred", parent=BODY, fontName=fonts.BOLD, alignment=TA_CENTER, firstLineIndent=0
)
CENTRED_ITALIC = ParagraphStyle("centred-italic", parent=CENTRED, fontName=fonts.ITALIC)
CENTRED_TIGHT = ParagraphStyle("centred-tight", parent=CENTRED, spaceBefore=0)
RECIPIENTS_HEAD = ParagraphStyle(
    "recipients-head",
    parent=FACT,
    fontName=fonts.BOLD_ITALIC,
    fontSize=RECIPIENTS_HEAD_SIZE,
    leading=15,
    leftIndent=0,
    spaceBefore=0,
)
RECIPIENTS = ParagraphStyle(
    "recipients",
    parent=RECIPIENTS_HEAD,
    fontName=fonts.REGULAR,
    fontSize=RECIPIENTS_SIZE,
    leading=13.5,
)


def line(markup: str, style: ParagraphStyle) -> Any:
    """One paragraph; `Any` because ReportLab ships no types."""
    return Paragraph(markup, style)


def note(text: str) -> Any:
    """A small remark from raw text."""
    return Paragraph(markup(text.replace("\n", " ")), NOTE)
