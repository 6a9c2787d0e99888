"""Images: how large they would become; what a scan shows, nobody has read."""

from typing import IO

from PIL import Image

from evidence.errors import HostileFileError
from evidence.screening.budget import Meter
from evidence.screening.marks import find_in_metadata
from evidence.screening.report import Report


def look(file: IO[bytes], meter: Meter, report: Report) -> None:
    """Look at the head of an image, without unpacking a pixel.

    Raises:
        HostileFileError: `screening.pixels`.
    """
    report.could_not_read()
    try:
        Image.MAX_IMAGE_PIXELS = None  # the budget decides, and says so
        with Image.open(file) as image:
            if image.width * image.height > meter.budget.pixels:
                raise HostileFileError("screening.pixels", limit=meter.budget.pixels)
            texts = [value for value in image.info.values() if isinstance(value, str)]
            exif = [value for value in image.getexif().values() if isinstance(value, str)]
    except (OSError, ValueError, SyntaxError) as error:
        report.notice("broken", reason=type(error).__name__)
        return
    report.mark(find_in_metadata(texts + exif))
