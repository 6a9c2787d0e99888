"""The tag files of a bag, read without trust: declaration, manifests, fetch list, information."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.bag.faults import BagFault, BagProblem
from evidence.bag.paths import decode_old_path, decode_path, escapes, plain_path

VERSIONS: Final = ("0.97", "1.0")
_NAME: Final = re.compile(r"(tag)?manifest-([A-Za-z0-9-]+)\.txt")
_DECLARED: Final = re.compile(
    r"BagIt-Version: ?(?P<version>\d+\.\d+)[ \t]*\r?\n"
    r"Tag-File-Character-Encoding: ?(?P<encoding>[A-Za-z0-9_.:-]+)[ \t]*(\r?\n)*"
)
_LINE: Final = re.compile(r"(?P<digest>[0-9A-Fa-f]+)[ \t]+\*?(?P<path>.+)")
_FETCH: Final = re.compile(r"(?P<url>\S+)[ \t]+(?P<length>\d+|-)[ \t]+(?P<path>.+)")
# Longer lines are no digest and path, and are refused before they fill the memory.
_LONGEST_LINE: Final = 1 << 16
_MOST_LINES: Final = 5_000_000
_LONGEST_DECLARATION: Final = 1 << 12


class TagError(Exception):
    """A tag file that cannot be read on; `problem` says why."""

    def __init__(self, problem: BagProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What `bagit.txt` says."""

    version: str
    encoding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One manifest: its digests by path, as that version writes paths."""

    name: str
    algorithm: str
    is_tag: bool
    digests: dict[str, str]


def read_declaration(folder: Path) -> Declaration:
    """Read `bagit.txt` (RFC 8493 section 2.1.1).

    Raises:
        TagError: It is missing, or says something else than a version and an encoding we know.
    """
    path = folder / "bagit.txt"
    if path.is_symlink() or not path.is_file():
        raise TagError(_bagit(BagFault.NO_DECLARATION))
    with path.open("rb") as file:
        content = file.read(_LONGEST_DECLARATION)
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TagError(_bagit(BagFault.BYTE_ORDER_MARK))
    found = _DECLARED.fullmatch(content.decode("utf-8", errors="replace"))
    if found is None:
        raise TagError(_bagit(BagFault.BAD_DECLARATION))
    if found["version"] not in VERSIONS:
        raise TagError(_bagit(BagFault.UNKNOWN_VERSION, found["version"], ", ".join(VERSIONS)))
    return Declaration(version=found["version"], encoding=_encoding(found["encoding"]))


def manifest_kind(name: str) -> tuple[bool, str] | None:
    """Whether a file name is a manifest's: of tag files or not, and its algorithm."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return found[1] is not None, re.sub("[^a-z0-9]", "", found[2].lower())


def read_manifest(
    folder: Path, name: str, declared: Declaration
) -> tuple[Manifest, list[BagProblem]]:
    """Read a manifest (sections 2.1.3 and 2.2.1) and what is wrong with its lines.

    Raises:
        TagError: The text is not in the declared encoding.
    """
    is_tag, algorithm = manifest_kind(name) or (False, "")
    manifest = Manifest(name=name, algorithm=algorithm, is_tag=is_tag, digests={})
    problems: list[BagProblem] = []
    for number, line in _lines(folder, name, declared.encoding):
        found = _LINE.fullmatch(line)
        if found is None:
            problems.append(_bad_line(name, number))
            continue
        path = _path(found["path"], declared)
        if escapes(path) or is_tag == path.startswith("data/"):
            problems.append(BagProblem(fault=BagFault.PATH_ESCAPES, path=path, found=name))
        elif path in manifest.digests:
            problems.append(BagProblem(fault=BagFault.LISTED_TWICE, path=path, found=name))
        else:
            manifest.digests[path] = found["digest"].lower()
    return manifest, problems


def read_fetch_list(folder: Path, declared: Declaration) -> tuple[list[str], list[BagProblem]]:
    """Read the paths of `fetch.txt` (section 2.2.3); its addresses are never contacted."""
    paths: list[str] = []
    problems: list[BagProblem] = []
    for number, line in _lines(folder, "fetch.txt", declared.encoding):
        found = _FETCH.fullmatch(line)
        if found is None:
            problems.append(_bad_line("fetch.txt", number))
            continue
        path = _path(found["path"], declared)
        if escapes(path) or not path.startswith("data/"):
            problems.append(BagProblem(fault=BagFault.PATH_ESCAPES, path=path, found="fetch.txt"))
        else:
            paths.append(path)
    return paths, problems


def read_info(
    folder: Path, declared: Declaration
) -> tuple[list[tuple[str, str]], list[BagProblem]]:
    """Read labels and values of `bag-info.txt` (section 2.2.2); long values go on in next lines."""
    info: list[tuple[str, str]] = []
    problems: list[BagProblem] = []
    for number, line in _lines(folder, "bag-info.txt", declared.encoding):
        label, colon, value = line.partition(":")
        if line[0] in " \t" and info:
            info[-1] = (info[-1][0], f"{info[-1][1]} {line.strip()}")
        elif colon and label.strip():
            info.append((label.strip(), value.strip()))
        else:
            problems.append(_bad_line("bag-info.txt", number))
    return info, problems


def _lines(folder: Path, name: str, encoding: str) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with (folder / name).open(encoding=encoding, newline=None) as file:
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE or number > _MOST_LINES:
                    raise TagError(_bad_line(name, number))
                if line.strip():
                    yield number, line.rstrip("\n")
    except UnicodeError as error:
        problem = BagProblem(fault=BagFault.UNREADABLE_TEXT, path=name, expected=encoding)
        raise TagError(problem) from error
    except OSError as error:
        reason = error.strerror or ""
        problem = BagProblem(fault=BagFault.UNREADABLE_FILE, path=name, found=reason)
        raise TagError(problem) from error


def _path(written: str, declared: Declaration) -> str:
    decode = decode_path if declared.version == "1.0" else decode_old_path
    return plain_path(decode(written.rstrip(" \t") if declared.version != "1.0" else written))


def _encoding(name: str) -> str:
    try:
        # Python also knows codecs that unpack or rotate: nothing a text can be written in.
        "".encode(name)
        return codecs.lookup(name).name
    except LookupError as error:
        raise TagError(_bagit(BagFault.UNKNOWN_ENCODING, name)) from error


def _bagit(fault: BagFault, found: str = "", expected: str = "") -> BagProblem:
    return BagProblem(fault=fault, path="bagit.txt", found=found, expected=expected)


def _bad_line(name: str, number: int) -> BagProblem:
    return BagProblem(fault=BagFault.BAD_LINE, path=name, found=str(number))
