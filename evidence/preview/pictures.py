"""Pages and images, painted anew as PNG: pixels, and nothing that came with them."""

from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from PIL import Image

from evidence.errors import EvidenceError
from evidence.preview.values import PicturePreview

WIDEST: Final = 1_400
PAGES: Final = 500
_PIXELS: Final = 100_000_000
_LARGEST_SCALE: Final = 2.0


def preview_pdf(source: Path, page: int, target: Path) -> PicturePreview:
    """Paint one page of a PDF.

    Raises:
        EvidenceError: `preview.no_page`.
    """
    document = pdfium.PdfDocument(source)
    pages = len(document)
    if not 1 <= page <= min(pages, PAGES):
        raise EvidenceError("preview.no_page", page=page)
    sheet = document[page - 1]
    scale = min(_LARGEST_SCALE, WIDEST / max(sheet.get_width(), sheet.get_height(), 1))
    painted = sheet.render(scale=scale, may_draw_forms=False).to_pil()
    return _write(painted, target, page=page, pages=pages, is_cut=pages > PAGES)


def preview_image(source: Path, page: int, target: Path) -> PicturePreview:
    """Paint an image, or one frame of it, no larger than a screen.

    Raises:
        EvidenceError: `preview.no_page`, or `preview.unreadable`, it has too many pixels.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limit below decides, and says so
    with Image.open(source) as image:
        frames = getattr(image, "n_frames", 1)
        if not 1 <= page <= min(frames, PAGES):
            raise EvidenceError("preview.no_page", page=page)
        if image.width * image.height > _PIXELS:
            raise EvidenceError("preview.unreadable", reason="pixels")
        image.seek(page - 1)
        painted = image.convert("RGB")
    is_cut = max(painted.size) > WIDEST
    painted.thumbnail((WIDEST, WIDEST))
    return _write(painted, target, page=page, pages=frames, is_cut=is_cut or frames > PAGES)


def _write(
    painted: Image.Image, target: Path, *, page: int, pages: int, is_cut: bool
) -> PicturePreview:
    clean = Image.new("RGB", painted.size, "white")
    clean.paste(painted)
    clean.save(target, "PNG")
    return PicturePreview(
        page=page, pages=pages, width=clean.width, height=clean.height, is_cut=is_cut
    )
