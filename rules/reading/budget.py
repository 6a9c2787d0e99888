"""What an archive may unpack to, looked at before anything in it is opened."""

import zipfile
from pathlib import Path
from typing import Final

from rules.errors import ReadingError

MEMBERS_LIMIT: Final = 1_000
UNPACKED_LIMIT_BYTES: Final = 1 << 30
RATIO_LIMIT: Final = 200


def check_archive(source: Path) -> None:
    """Refuse an archive that would unpack to too much.

    Raises:
        ReadingError: `reading.archive_members`, `reading.archive_size` or `reading.archive_ratio`,
            with `found` and `limit`; `reading.workbook_broken`, not an archive after all.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error
    unpacked = sum(member.file_size for member in members)
    # Of the file's own size: a directory may list the same packed bytes many times.
    ratio = unpacked // max(1, source.stat().st_size)
    for code, found, limit in (
        ("reading.archive_members", len(members), MEMBERS_LIMIT - 1),
        ("reading.archive_size", unpacked, UNPACKED_LIMIT_BYTES),
        ("reading.archive_ratio", ratio, RATIO_LIMIT - 1),
    ):
        if found > limit:
            raise ReadingError(code, found=found, limit=limit)
