"""Where things lie in a bucket, and which of them are kept.

`incoming/<uuid>` is what comes without being declared; when it is whole it is copied to its digest,
`sha256/<two>/<digest>`.

What is declared before it comes is written where it is to stay, `sha256/<two>/<digest>.<uuid>`, so
that the store need not write it twice.  It counts only when the mark `sha256/<two>/<digest>.<uuid>
.kept` lies beside it, which is made when the bytes have been compared with the digest.  A note
`arriving/<uuid>` names the digest as long as it is on its way, so that the sweep finds it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Final
from uuid import UUID

from minio import Minio
from minio.datatypes import Object
from minio.error import S3Error

from evidence.digest import Digest, is_digest
from evidence.s3_versions import Versions, by_name, digest_in, first_of, oldest_first

INCOMING: Final = "incoming/"
_KEPT: Final = "sha256/"
_NOTES: Final = "arriving/"
_MARK: Final = ".kept"
_KEY: Final = re.compile(
    rf"{_KEPT}(?P<two>[0-9a-f]{{2}})/(?P<digest>(?P=two)[0-9a-f]{{62}})"
    r"(\.(?P<incoming>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<mark>\.kept)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """An object.

    Attributes:
        version: None where the bucket has no versions.
        is_marked: It counts without more ado.
    """

    key: str
    version: str | None
    size_bytes: int
    is_marked: bool = False


def passage_of(incoming: UUID) -> str:
    """Where bytes come that nobody has declared."""
    return f"{INCOMING}{incoming}"


def arrival_of(digest: Digest, incoming: UUID) -> str:
    """Where declared bytes come, and stay."""
    return f"{digest.key}.{incoming}"


class Names:
    """What lies in one bucket; errors are the SDK's."""

    def __init__(self, client: Minio, bucket: str, versions: Versions) -> None:
        self._client = client
        self._bucket = bucket
        self._versions = versions

    def find(self, digest: Digest) -> Lying | None:
        """What was kept first under a digest."""
        return next(iter(self.find_all(digest)), None)

    def find_all(self, digest: Digest) -> list[Lying]:
        """All that is kept under a digest, the oldest first: several where they came at once."""
        return self._kept_among(self._versions.list_all(digest.key))

    def find_marked(self, digest: Digest) -> list[Lying]:
        """All that is marked as kept under a digest; always one request.

        How much lies there must not show in the time it takes.
        """
        return self.find_beside(digest, digest.key)[1]

    def find_beside(self, digest: Digest, key: str) -> tuple[Lying | None, list[Lying]]:
        """The same, and what lies under one key, whether it is kept or not."""
        found = first_of(self._versions.list_all(digest.key))
        own = next((_lying(one) for one in found if _name(one) == key), None)
        return own, [_lying(one, is_marked=True) for one, marked in _told_apart(found) if marked]

    def at(self, key: str) -> Lying | None:
        """What lies there, kept or not."""
        found = first_of(one for one in self._versions.list_all(key) if _name(one) == key)
        return _lying(found[0]) if found else None

    def list_kept(self) -> Iterator[Digest]:
        """Every digest something is kept under, in order."""
        # Markers come at the end of every page, other names in between: either would part what
        # belongs together.
        ours = (
            one
            for one in self._versions.list_all(_KEPT)
            if not one.is_delete_marker and _KEY.fullmatch(_name(one))
        )
        everything = groupby(ours, lambda one: digest_in(_name(one)))
        for name, found in everything:
            if is_digest(name) and self._kept_among(found):
                yield Digest(name)

    def mark(self, key: str) -> None:
        """Say that what lies there has been compared with its digest, and is kept."""
        self._write(key + _MARK, b"")

    def erase(self, digest: Digest) -> None:
        """Remove what is kept for good, the mark last: what has none is nobody's to find.

        A mark of nothing is what a crash in between left; in one listing it comes after its object.
        """
        found = list(self._versions.list_all(digest.key))
        for one in self._kept_among(found):
            self._versions.remove(one.key)
            self._versions.remove(one.key + _MARK)
        names = {_name(one) for one in found}
        for name in sorted(names):
            key = _KEY.fullmatch(name)
            if key and key["mark"] and name.removesuffix(_MARK) not in names:
                self._versions.remove(name)

    def note(self, incoming: UUID, digest: Digest) -> None:
        """Say that something is coming that is declared to have this digest."""
        self._write(_note_of(incoming), digest.hex.encode())

    def noted(self, incoming: UUID) -> Digest | None:
        """What is declared of something on its way; None where it is not, or not any more."""
        try:
            response = self._client.get_object(self._bucket, _note_of(incoming))
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return None
        try:
            text = response.read(len(Digest.of(b"").hex) + 1).decode(errors="replace")
        finally:
            response.close()
            response.release_conn()
        # Not of our making where it is no digest; what it may have named counts nowhere.
        return Digest(text) if is_digest(text) else None

    def forget(self, incoming: UUID) -> None:
        """Drop the note: what was on its way is kept, or is gone."""
        self._versions.remove(_note_of(incoming), lifting=True)

    def list_notes(self) -> Iterator[tuple[str, datetime | None]]:
        """The notes of everything on its way, and since when it is."""
        found = self._client.list_objects(self._bucket, prefix=_NOTES, recursive=True)
        return ((_name(one), one.last_modified) for one in found)

    def _kept_among(self, found: Iterable[Object]) -> list[Lying]:
        """What counts, of all that lies under one digest."""
        kept = [
            _lying(one, is_marked=marked)
            for one, marked in _told_apart(self._counting(found))
            # Only what is kept is ever locked: then its mark was taken away.
            if marked or self._versions.is_locked(_name(one), one.version_id)
        ]
        if len(kept) > 1:
            # What nobody can take away comes before what anybody with our credentials can lay.
            kept.sort(key=lambda one: not self._versions.is_locked(one.key, one.version))
        return kept

    def _counting(self, found: Iterable[Object]) -> list[Object]:
        """Of each name the version nobody can take away, else the first; the oldest first."""
        return oldest_first(self._firmest(lying) for lying in by_name(found).values())

    def _firmest(self, lying: list[Object]) -> Object:
        if len(lying) == 1:
            return lying[0]
        locked = (one for one in lying if self._versions.is_locked(_name(one), one.version_id))
        return next(locked, lying[0])

    def _write(self, key: str, content: bytes) -> None:
        self._client.put_object(self._bucket, key, BytesIO(content), len(content))


def _told_apart(found: Iterable[Object]) -> list[tuple[Object, bool]]:
    """The objects under a digest without the marks, and whether each counts without more ado."""
    known = [(key, one) for one in found if (key := _KEY.fullmatch(_name(one)))]
    marked = {_name(one).removesuffix(_MARK) for key, one in known if key["mark"]}
    return [
        (one, key["incoming"] is None or _name(one) in marked)
        for key, one in known
        if not key["mark"]
    ]


def _lying(one: Object, *, is_marked: bool = False) -> Lying:
    return Lying(
        key=_name(one), version=one.version_id, size_bytes=one.size or 0, is_marked=is_marked
    )


def _name(one: Object) -> str:
    return str(one.object_name)


def _note_of(incoming: UUID) -> str:
    return f"{_NOTES}{incoming}"
