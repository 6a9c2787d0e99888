"""Office documents that are zips: macros, encryption, what they fetch, and their first texts."""

import re
import zipfile
import zlib
from typing import IO, Any, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from evidence.screening.archives import Visit, checked_members
from evidence.screening.budget import Meter
from evidence.screening.marks import ZONE_LINES, find_in_metadata, find_marks
from evidence.screening.markup import parse
from evidence.screening.report import Report
from evidence.screening.sheets import SharedTexts, SheetHead
from evidence.screening.values import Mark

_MACROS: Final = re.compile(r"vbaProject[^/]*\.bin$|/macrosheets/|^Basic/|^Scripts/", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"/externalLinks/|/connections\.xml$|/queryTables/")
# Parts whose first paragraphs are where a stamp is typed.
_PARAGRAPHS: Final = re.compile(
    r"^word/(document|header\d*|footer\d*)\.xml$|^content\.xml$|^styles\.xml$|^ppt/slides/slide1\.xml$"
)
_SHEETS: Final = re.compile(r"^xl/worksheets/[^/]+\.xml$")
_METADATA: Final = re.compile(r"^docProps/[^/]+\.xml$|^meta\.xml$")
_XML: Final = re.compile(r"\.(xml|rels)$")
_SHARED: Final = "xl/sharedStrings.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_MANIFEST_BYTES: Final = 1 << 20


def look(file: IO[bytes], meter: Meter, report: Report, visit: Visit) -> None:
    """Look through an OOXML or OpenDocument file; every part is unpacked once, within the budget.

    Args:
        visit: Takes the parts that may be files of their own.

    Raises:
        HostileFileError: See `archives`, `markup` and `budget`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _look(archive, meter, report, visit)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        if isinstance(error, RecursionError):
            raise
        report.notice("broken", reason=type(error).__name__)
        report.could_not_read()


def _look(archive: zipfile.ZipFile, meter: Meter, report: Report, visit: Visit) -> None:
    # The shared texts come last: only then is it known which of them stand at the head of a sheet.
    members = sorted(
        checked_members(archive, meter, report), key=lambda one: one.filename == _SHARED
    )
    wanted: set[int] = set()
    for member in members:
        name = member.filename
        is_macro = _MACROS.search(name) is not None
        if is_macro:
            report.notice("macros")
        if _OUTSIDE.search(name):
            report.notice("external")
        with archive.open(member) as stream, meter.unpack(stream) as part:
            if name == _MANIFEST:
                _look_at_manifest(part, report)
            if _XML.search(name):
                _look_at_xml(name, part, wanted, report)
            elif not is_macro:
                visit(name, part)


def _look_at_manifest(part: IO[bytes], report: Report) -> None:
    if b"encryption-data" in part.read(_MANIFEST_BYTES):
        report.notice("encrypted")
        report.could_not_read()
    part.seek(0)


def _look_at_xml(name: str, part: IO[bytes], wanted: set[int], report: Report) -> None:
    handler = SharedTexts(wanted) if name == _SHARED else _handler_for(name)
    try:
        parse(part, handler)
    except SAXException as error:
        report.notice("broken", reason=type(error).__name__)
    match handler:
        case SheetHead():
            wanted |= handler.shared
            report.mark(_marks_of_cells(handler.texts))
        case SharedTexts():
            report.mark(_marks_of_cells(handler.texts))
        case _Metadata():
            report.mark(find_in_metadata(handler.texts))
        case _Paragraphs():
            report.mark(find_marks(handler.texts))


def _marks_of_cells(texts: list[str]) -> list[Mark]:
    """Every cell of the head stands for itself: there is no order to count a zone in."""
    return [mark for text in texts for mark in find_marks(text.splitlines())]


def _handler_for(name: str) -> ContentHandler:
    if _SHEETS.match(name):
        return SheetHead()
    if _METADATA.match(name):
        return _Metadata()
    if _PARAGRAPHS.match(name):
        return _Paragraphs()
    return ContentHandler()  # nothing is kept; entities are refused all the same


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Paragraphs(ContentHandler):
    """The first paragraphs; letters under "all capitals" or a font of capitals count as such."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[list[str]] = []
        self._capitals = False

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name SAX calls
        match _local(name):
            case "p" | "h":
                self._open.append([])
            case "r":
                self._capitals = False
            case "caps":
                self._capitals = _is_on(attrs)
            case "rFonts":
                fonts = [value for _, value in attrs.items()]
                # .VnTimeH and its kin draw the codes of small letters as capitals.
                self._capitals |= any(re.fullmatch(r"\.Vn\w*H", font) for font in fonts)
            case "br" | "line-break" | "tab":
                self.characters("\n" if _local(name) != "tab" else "\t")

    def characters(self, content: str) -> None:
        if self._open and len(self.texts) < ZONE_LINES:
            self._open[-1].append(_raised(content) if self._capitals else content)

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        if _local(name) in {"p", "h"} and self._open:
            lines = "".join(self._open.pop()).splitlines()
            if len(self.texts) < ZONE_LINES:
                self.texts += [line for line in lines if line.strip()]


def _raised(text: str) -> str:
    """Capitals of Unicode, while the letters that stand for codes of TCVN3 stay."""
    if any(letter in text for letter in "ËÖè"):
        return "".join(letter.upper() if letter.isascii() else letter for letter in text)
    return text.upper()


def _is_on(attrs: Any) -> bool:  # the attributes of SAX, which have no type
    values = [value for name, value in attrs.items() if _local(name) == "val"]
    return not values or values[0] not in {"0", "false", "off", "none"}


class _Metadata(ContentHandler):
    """Every text of the properties of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as above
        del name, attrs
        self._open.clear()

    def characters(self, content: str) -> None:
        self._open.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        del name
        if text := "".join(self._open).strip():
            self.texts.append(text)
        self._open.clear()
