"""Whether a bag is what it says: complete, unaltered, and safe to copy.  No payload is parsed."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evidence.bag.faults import BagFault, BagProblem, BagReport, PayloadFile
from evidence.bag.paths import fold_path
from evidence.bag.tags import (
    Declaration,
    Manifest,
    TagError,
    manifest_kind,
    read_declaration,
    read_fetch_list,
    read_info,
    read_manifest,
)
from evidence.storage import CHUNK_BYTES

_ALGORITHMS: Final = frozenset(
    {"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3256", "sha3512"}
)
_HASHLIB: Final = {"sha3256": "sha3_256", "sha3512": "sha3_512"}
_PAYLOAD: Final = "data/"


@dataclass(slots=True)
class _Bag:
    """What is known of a bag so far."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)  # NFC path → path on the disk
    manifests: list[Manifest] = field(default_factory=list)
    fetch: list[str] = field(default_factory=list)
    info: list[tuple[str, str]] = field(default_factory=list)
    payload: dict[str, PayloadFile] = field(default_factory=dict)
    problems: list[BagProblem] = field(default_factory=list)

    def report(self, fault: BagFault, path: str, *, expected: str = "", found: str = "") -> None:
        self.problems.append(BagProblem(fault=fault, path=path, expected=expected, found=found))

    def holds(self, path: str) -> bool:
        return _nfc(path) in self.files


def verify_bag(folder: Path) -> BagReport:
    """Look at every file of a bag of version 0.97 or 1.0 and say what is wrong with it.

    1. `bagit.txt` declares a version and an encoding (RFC 8493 section 2.1.1).
    2. The folder holds plain files alone, and no two names that some system takes for one
       (sections 5.1, 6.1).
    3. Manifests, fetch list and information can be read; no path leads out of the bag.
    4. Every payload file is listed as the version asks; what is to be fetched is there already.
    5. Every listed file is there and has the digests listed.
    6. Payload-Oxum, where given, counts what is there.

    Not checked: who made the bag, and what is in its files.
    """
    bag = _Bag(folder)
    try:
        declared = read_declaration(folder)  # 1
    except TagError as error:
        return _tell(bag, "", error.problem)
    _walk(bag)  # 2
    _read_tags(bag, declared)  # 3
    _compare_lists(bag, declared)  # 4
    _hash_files(bag)  # 5
    _count(bag)  # 6
    return _tell(bag, declared.version)


def _tell(bag: _Bag, version: str, *more: BagProblem) -> BagReport:
    listed = {path for manifest in bag.manifests if manifest.is_tag for path in manifest.digests}
    beside = (path for path in bag.files.values() if not path.startswith(_PAYLOAD))
    unlisted = {_shown(p) for p in beside if not (manifest_kind(p) or (False,))[0]} - listed
    return BagReport(
        version=version,
        problems=(*bag.problems, *more),
        payload=bag.payload,
        info=tuple(bag.info),
        unlisted_tags=tuple(sorted(unlisted)),
    )


def _walk(bag: _Bag) -> None:
    if not (bag.folder / "data").is_dir():
        bag.report(BagFault.NO_PAYLOAD, "data")
    seen: dict[str, str] = {}
    for path in _plain_files(bag):
        other = seen.setdefault(fold_path(path), path)
        if other != path:
            bag.report(BagFault.PATH_COLLIDES, _shown(path), found=_shown(other))
        bag.files.setdefault(_nfc(path), path)


def _plain_files(bag: _Bag) -> Iterator[str]:
    """The plain files of a bag; whatever else is there is reported."""
    # A list, not recursion: folders may be nested deeper than calls.
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            with os.scandir(bag.folder / prefix) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            bag.report(BagFault.UNREADABLE_FILE, _shown(prefix), found=error.strerror or "")
            continue
        inner = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        folders += [f"{prefix}{name}/" for name in reversed(inner)]
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                continue
            if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                yield path
            else:
                bag.report(BagFault.NOT_A_FILE, _shown(path))


def _nfc(path: str) -> str:
    # Section 6.1.1: some file systems give a name back in another form than it was given to them.
    return unicodedata.normalize("NFC", path)


def _shown(path: str) -> str:
    """A path of the disk as text; bytes that are none of UTF-8 are written out."""
    return path.encode("utf-8", "backslashreplace").decode()


def _read_tags(bag: _Bag, declared: Declaration) -> None:
    top = sorted(path for path in bag.files.values() if "/" not in path)
    for name in top:
        kind = manifest_kind(name)
        if kind is None and name not in {"fetch.txt", "bag-info.txt"}:
            continue
        try:
            problems = _read_tag(bag, name, kind, declared)
        except TagError as error:
            problems = [error.problem]
        bag.problems += problems
    kinds = (manifest_kind(name) for name in top)
    if not any(kind is not None and not kind[0] for kind in kinds):
        bag.report(BagFault.NO_MANIFEST, "manifest-sha256.txt")


def _read_tag(
    bag: _Bag, name: str, kind: tuple[bool, str] | None, declared: Declaration
) -> list[BagProblem]:
    if name == "fetch.txt":
        bag.fetch, problems = read_fetch_list(bag.folder, declared)
        return problems
    if kind is None:
        bag.info, problems = read_info(bag.folder, declared)
        return problems
    if kind[1] not in _ALGORITHMS:
        return [BagProblem(fault=BagFault.UNKNOWN_ALGORITHM, path=name, found=kind[1])]
    manifest, problems = read_manifest(bag.folder, name, declared)
    bag.manifests.append(manifest)
    return [*problems, *_colliding(manifest)]


def _colliding(manifest: Manifest) -> Iterator[BagProblem]:
    seen: dict[str, str] = {}
    for path in manifest.digests:
        other = seen.setdefault(fold_path(path), path)
        if other != path:
            yield BagProblem(fault=BagFault.PATH_COLLIDES, path=path, found=other)


def _compare_lists(bag: _Bag, declared: Declaration) -> None:
    payload = [manifest for manifest in bag.manifests if not manifest.is_tag]
    present = [path for path in bag.files.values() if path.startswith(_PAYLOAD)]
    listed = [{_nfc(path) for path in manifest.digests} for manifest in payload]
    for path in present if payload else ():
        inside = [_nfc(path) in paths for paths in listed]
        # Section 3: version 1.0 wants every file in every manifest, earlier ones in one of them.
        if not (all(inside) if declared.version == "1.0" else any(inside)):
            bag.report(BagFault.NOT_LISTED, _shown(path))
    for path in bag.fetch:
        if not bag.holds(path):
            bag.report(BagFault.NOT_FETCHED, path)
        elif payload and not all(_nfc(path) in paths for paths in listed):
            bag.report(BagFault.NOT_LISTED, path, found="fetch.txt")
    _require_manifests_listed(bag, declared, payload)


def _require_manifests_listed(
    bag: _Bag, declared: Declaration, payload: Iterable[Manifest]
) -> None:
    # Section 2.2.1: a tag manifest lists every payload manifest.
    for tags in bag.manifests:
        if tags.is_tag and declared.version == "1.0":
            for manifest in payload:
                if manifest.name not in tags.digests:
                    bag.report(BagFault.NOT_LISTED, manifest.name, found=tags.name)


def _hash_files(bag: _Bag) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for manifest in bag.manifests:
        for path, digest in manifest.digests.items():
            wanted.setdefault(path, {})[manifest.algorithm] = digest
    fetched = {_nfc(path) for path in bag.fetch}
    for path, digests in sorted(wanted.items()):
        if bag.holds(path):
            _check_file(bag, path, bag.files[_nfc(path)], digests)
        elif _nfc(path) not in fetched:  # reported already
            bag.report(BagFault.MISSING, path)


def _check_file(bag: _Bag, path: str, on_disk: str, digests: Mapping[str, str]) -> None:
    try:
        found, size = _digest(bag.folder / on_disk, {"sha256", *digests})
    except OSError as error:
        bag.report(BagFault.UNREADABLE_FILE, path, found=error.strerror or "")
        return
    if path.startswith(_PAYLOAD):
        bag.payload[path] = PayloadFile(sha256=found["sha256"], size_bytes=size)
    for algorithm, expected in digests.items():
        if found[algorithm] != expected:
            bag.report(BagFault.ALTERED, path, expected=expected, found=found[algorithm])


def _digest(path: Path, algorithms: Iterable[str]) -> tuple[dict[str, str], int]:
    # As a check of bytes MD5 and SHA-1 are weak, yet old bags have nothing else.
    hashers = {
        name: hashlib.new(_HASHLIB.get(name, name), usedforsecurity=False) for name in algorithms
    }
    size = 0
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, no path
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            for hasher in hashers.values():
                hasher.update(chunk)
    return {name: hasher.hexdigest() for name, hasher in hashers.items()}, size


def _count(bag: _Bag) -> None:
    totals = [value for label, value in bag.info if label.lower() == "payload-oxum"]
    paths = [path for path in bag.files.values() if path.startswith(_PAYLOAD)]
    size = sum((bag.folder / path).lstat().st_size for path in paths)
    found = f"{size}.{len(paths)}"
    for expected in totals:
        if expected != found:
            bag.report(BagFault.WRONG_TOTAL, "bag-info.txt", expected=expected, found=found)
