"""The four embedded faces of Tinos, and what they can show and measure."""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Tinos"
BOLD = "Tinos-Bold"
ITALIC = "Tinos-Italic"
BOLD_ITALIC = "Tinos-BoldItalic"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {
    REGULAR: "Tinos_400Regular.ttf",
    BOLD: "Tinos_700Bold.ttf",
    ITALIC: "Tinos_400Regular_Italic.ttf",
    BOLD_ITALIC: "Tinos_700Bold_Italic.ttf",
}


@cache
def register() -> None:
    """Make the faces known to ReportLab; once per process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(_FOLDER / file)))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC
    )


@cache
def glyph_widths(face: str) -> dict[int, float]:
    """Advance width of every code point the face can show, in thousandths of the type size."""
    register()
    metrics = pdfmetrics.getFont(face).face
    return {code: metrics.charWidths[code] for code in metrics.charToGlyph}


@cache
def covered() -> frozenset[int]:
    """Code points that all four faces can show."""
    return frozenset.intersection(*(frozenset(glyph_widths(face)) for face in _FILES))


def width_of(text: str, *, face: str, size: float) -> float:
    """Width of a line in points; every character must be `covered`."""
    return sum(map(glyph_widths(face).__getitem__, map(ord, text))) * size / 1000
