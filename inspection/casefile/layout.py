"""Where everything lies in a case file: stored objects, and documents made of rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence.bag.paths import safe_name
from evidence.digest import Digest
from evidence.storage import Storage
from inspection.casefile.rows import Row
from inspection.opening import MANIFEST_LINE_FIELDS

# Since 2, "destroyed" names evidence whose certificate of destruction lies here in its place.
FORMAT: Final = "thanhtra.case/2"
FORMATS: Final = frozenset({"thanhtra.case/1", FORMAT})  # what a verifier can read
CASE: Final = "case.json"
JOURNAL: Final = "journal.jsonl"
FROZEN: Final = "conclusion/conclusion.json"
PDF: Final = "conclusion/conclusion.pdf"
PACK: Final = "pack/"
PACK_MANIFEST: Final = "manifest-sha256.txt"
_PARQUET: Final = "application/vnd.apache.parquet"
_TEXT: Final = "text/plain"
_PREFIX: Final = 16  # digits of a digest that keep two files of one name apart


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of the payload that lies in the store, or in memory where `content` is given."""

    path: str
    name: str
    media_type: str
    sha256: str
    content: bytes | None = None


def evidence_path(row: Row) -> str:
    """Where a piece of evidence lies: by its digest, under a name every system can hold."""
    return f"evidence/{row['sha256'][:_PREFIX]}/{safe_name(row['name'])}"


def list_evidence_files(rows: Mapping[str, Sequence[Row]]) -> Iterator[StoredFile]:
    """Evidence, each content once; every item learns in `path` where its content lies."""
    paths: dict[str, str] = {}
    for item in rows["items"]:
        known = paths.get(item["sha256"])
        item["path"] = known or evidence_path(item)
        if known is None:
            paths[item["sha256"]] = item["path"]
            yield StoredFile(
                path=item["path"],
                name=item["name"],
                media_type=item["media_type"],
                sha256=item["sha256"],
            )


def list_verdict_files(rows: Mapping[str, Sequence[Row]]) -> Iterator[StoredFile]:
    """What each run found."""
    for run in rows["evaluations"]:
        for what in ("violations", "facts"):
            if sha256 := run[f"{what}_sha256"]:
                name = f"{what}.parquet"
                yield StoredFile(
                    path=f"verdicts/{run['number']}/{name}",
                    name=name,
                    media_type=_PARQUET,
                    sha256=sha256,
                )


def list_conclusion_files(
    rows: Mapping[str, Sequence[Row]], frozen: str | None
) -> Iterator[StoredFile]:
    """The conclusion as it was frozen, and its PDF."""
    for row in rows["conclusions"]:
        if frozen is not None:
            yield made_file(FROZEN, frozen.encode(), media_type="application/json")
        if row["pdf_sha256"]:
            yield StoredFile(
                path=PDF,
                name="conclusion.pdf",
                media_type="application/pdf",
                sha256=row["pdf_sha256"],
            )


def list_pack_files(storage: Storage, digest: str | None) -> Iterator[StoredFile]:
    """The rules, contracts and parameters as they were frozen, and their manifest."""
    if digest is None:
        return
    manifest = storage.read(Digest(digest))
    yield StoredFile(path=PACK + PACK_MANIFEST, name=PACK_MANIFEST, media_type=_TEXT, sha256=digest)
    for line in manifest.decode().splitlines():
        sha256, path = line.split("  ", MANIFEST_LINE_FIELDS - 1)
        yield StoredFile(path=PACK + path, name=path, media_type=_TEXT, sha256=sha256)


def made_file(path: str, content: bytes, *, media_type: str) -> StoredFile:
    """A document made for the case file."""
    return StoredFile(
        path=path,
        name=path.rpartition("/")[2],
        media_type=media_type,
        sha256=Digest.of(content).hex,
        content=content,
    )


def json_document(value: Any) -> bytes:  # whatever JSON can say
    """A document people can read and programs can compare."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def json_lines(rows: Sequence[Row]) -> bytes:
    """One row a line."""
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()
