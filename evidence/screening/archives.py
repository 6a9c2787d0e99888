"""Archives: their members one by one, within the budget, whatever their directories announce."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final

from evidence.errors import HostileFileError
from evidence.screening.budget import Meter
from evidence.screening.report import Report

# Takes the name and the unpacked bytes of one member.
Visit = Callable[[str, IO[bytes]], None]
Members = Callable[[IO[bytes], str, Meter, Report, Visit], None]

# Kinds for which there is no library of a fitting licence: named, and not looked into.
UNOPENED: Final = frozenset({"application/x-7z-compressed", "application/vnd.rar"})
_XZ_MEMORY_BYTES: Final = 256 << 20
_LOCAL_HEADER_BYTES: Final = 30
_ENCRYPTED_FLAG: Final = 0x1


def zip_members(file: IO[bytes], name: str, meter: Meter, report: Report, visit: Visit) -> None:
    """The members of a zip."""
    del name
    with _reporting(report), zipfile.ZipFile(file) as archive:
        for member in checked_members(archive, meter, report):
            with archive.open(member) as stream, meter.unpack(stream) as part:
                visit(member.filename, part)


def checked_members(
    archive: zipfile.ZipFile, meter: Meter, report: Report
) -> Iterator[zipfile.ZipInfo]:
    """The files of a zip that can be opened, in the order they lie in it.

    Raises:
        HostileFileError: `screening.entries`; `screening.overlap`, two entries share bytes.

    Source: D. Fifield, "A better zip bomb" (WOOT 2019): overlapping entries make a ratio without
        nesting; no honest archive has them.
    """
    meter.count_entries(len(archive.filelist))
    members = sorted(archive.filelist, key=lambda one: one.header_offset)
    end = 0
    for member in members:
        if member.header_offset < end:
            raise HostileFileError("screening.overlap")
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size
    for member in members:
        if member.flag_bits & _ENCRYPTED_FLAG:
            report.notice("encrypted")
            report.could_not_read()
        elif not member.is_dir():
            yield member


def tar_members(file: IO[bytes], name: str, meter: Meter, report: Report, visit: Visit) -> None:
    """The regular files of a tar; links and devices are never followed."""
    del name
    with _reporting(report), tarfile.open(fileobj=file, mode="r:") as archive:
        for member in archive:
            meter.count_entries()
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None:
                with meter.unpack(stream) as part:
                    visit(member.name, part)


def gzip_member(file: IO[bytes], name: str, meter: Meter, report: Report, visit: Visit) -> None:
    """What a gzip holds."""
    meter.count_entries()
    with _reporting(report), gzip.GzipFile(fileobj=file) as stream, meter.unpack(stream) as part:
        visit(name.removesuffix(".gz"), part)


def bzip2_member(file: IO[bytes], name: str, meter: Meter, report: Report, visit: Visit) -> None:
    """What a bzip2 holds."""
    meter.count_entries()
    with _reporting(report), bz2.BZ2File(file) as stream, meter.unpack(stream) as part:
        visit(name.removesuffix(".bz2"), part)


def xz_member(file: IO[bytes], name: str, meter: Meter, report: Report, visit: Visit) -> None:
    """What an xz holds; its own wish for memory is bounded, too."""
    meter.count_entries()
    with _reporting(report), meter.unpack(_BoundedXz(file)) as part:
        visit(name.removesuffix(".xz"), part)


class _BoundedXz:
    """A stream of an xz file, by a decompressor that may not take all memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)

    def read(self, size: int, /) -> bytes:
        """The next piece; nothing at the end."""
        while not self._decompressor.eof:
            more = self._file.read(size) if self._decompressor.needs_input else b""
            if self._decompressor.needs_input and not more:
                raise EOFError
            if piece := self._decompressor.decompress(more, size):
                return piece
        return b""


@contextmanager
def _reporting(report: Report) -> Iterator[None]:
    """A damaged archive is no attack: it is named, and nothing is said about what it holds."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        if isinstance(error, RecursionError):
            raise
        report.notice("broken", reason=type(error).__name__)
        report.could_not_read()
