"""RO-Crate 1.2 metadata: what the files of a folder are, as linked data others can read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

METADATA: Final = "ro-crate-metadata.json"
PROFILE: Final = "https://w3id.org/ro/crate/1.2"
Entity = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrateFile:
    """One file of the crate.

    Attributes:
        path: Relative to the folder of the metadata.
        name: What people call it; a given file name stands here as it was given.
        about: More properties, by their name in the context of RO-Crate.
    """

    path: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    about: Entity


def write_crate(
    *,
    name: str,
    description: str,
    licence: str,
    at: datetime,
    files: Iterable[CrateFile],
    root: Entity,
    entities: Iterable[Entity],
) -> bytes:
    """The metadata of a folder (RO-Crate 1.2, sections on root data entity and data entities).

    Args:
        licence: Under what terms the whole may be used, in words.
        root: More properties of the whole.
        entities: What files and root refer to by `@id`: bodies, people, acts.
    """
    described = [_file(file) for file in files]
    graph: list[Entity] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": PROFILE},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": name,
            "description": description,
            "datePublished": at.isoformat(timespec="seconds"),
            "license": licence,
            "hasPart": [{"@id": one["@id"]} for one in described],
            **root,
        },
        *described,
        *entities,
    ]
    document = {"@context": f"{PROFILE}/context", "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def file_id(path: str) -> str:
    """How the metadata refers to a file: a path as a relative reference (RFC 3986)."""
    return quote(path)


def _file(file: CrateFile) -> Entity:
    return {
        "@id": file_id(file.path),
        "@type": "File",
        "name": file.name,
        "encodingFormat": file.media_type,
        "contentSize": str(file.size_bytes),
        "sha256": file.sha256,
        **file.about,
    }
