"""What every bag of ours holds beside its payload, made from what was hashed on the way."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from evidence.bag.paths import encode_path, escapes, fold_path

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PAYLOAD: Final = "data/"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagFile:
    """One payload file to be written.

    Attributes:
        path: Relative to `data/`.
        open: Gives the bytes; called once, when it is this file's turn.
        sha256: Where it is known before: a file that lies there already is then not read again.
    """

    path: str
    open: Callable[[], Iterable[bytes]]
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A finished bag; `tagmanifest_sha256` stands for all of it."""

    files: int
    size_bytes: int
    tagmanifest_sha256: str


class Sealing:
    """Hashes what goes into a bag, one file at a time, and writes its tag files in the end."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._folded: set[str] = set()
        self._size_bytes = 0

    def hashed(self, file: BagFile) -> Iterator[bytes]:
        """The bytes of a file; when they have ended it is in the manifest.

        Raises:
            ValueError: The path leads out of the bag, or some system takes it for another's.
        """
        self._claim(file.path)
        hasher, size = hashlib.sha256(), 0
        for chunk in file.open():
            hasher.update(chunk)
            size += len(chunk)
            yield chunk
        self._enter(file.path, hasher.hexdigest(), size)

    def known(self, path: str, *, sha256: str, size_bytes: int) -> None:
        """Enter a file that was written before."""
        self._claim(path)
        self._enter(path, sha256, size_bytes)

    def sha256_of(self, path: str) -> str:
        """What a payload file was found to be."""
        return self._lines[PAYLOAD + path]

    def tag_files(
        self, info: Iterable[tuple[str, str]], extra: Mapping[str, bytes]
    ) -> Iterator[tuple[str, bytes]]:
        """All that stands beside the payload; the manifests come last.

        Args:
            info: Labels and values of `bag-info.txt`; Payload-Oxum is added.
            extra: More files at the top, such as a `README.txt`.
        """
        totals = [*info, ("Payload-Oxum", f"{self._size_bytes}.{len(self._lines)}")]
        tags = {
            "bagit.txt": DECLARATION,
            **extra,
            "bag-info.txt": "".join(
                f"{label}: {_line(value)}\n" for label, value in totals
            ).encode(),
            MANIFEST: _manifest(self._lines),
        }
        yield from tags.items()
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in tags.items()}
        self._tag_manifest = _manifest(digests)
        yield TAG_MANIFEST, self._tag_manifest

    @property
    def sealed(self) -> Sealed:
        """What was written, once all tag files are taken."""
        return Sealed(
            files=len(self._lines),
            size_bytes=self._size_bytes,
            tagmanifest_sha256=hashlib.sha256(self._tag_manifest).hexdigest(),
        )

    def _claim(self, path: str) -> None:
        folded = fold_path(path)
        if escapes(path) or folded in self._folded:
            raise ValueError(f"not a path of its own in a bag: {path!r}")
        self._folded.add(folded)

    def _enter(self, path: str, sha256: str, size_bytes: int) -> None:
        self._lines[PAYLOAD + path] = sha256
        self._size_bytes += size_bytes


def _manifest(digests: Mapping[str, str]) -> bytes:
    # Two blanks: what `sha256sum --check` reads as well.
    lines = (f"{digest}  {encode_path(path)}\n" for path, digest in sorted(digests.items()))
    return "".join(lines).encode()


def _line(value: str) -> str:
    return " ".join(value.split())
